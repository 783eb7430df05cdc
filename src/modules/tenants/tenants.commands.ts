import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, inUse, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { optionalText, requiredText } from '../../core/input-text.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { ifTaken } from '../../db/unique-violation.ts';
import { type Tenant, TenantStatus } from '../../generated/prisma/client.ts';
import { organizationsVisibleTo } from '../organizations/organizations.access.ts';
import { organizationEntity } from '../organizations/organizations.changes.ts';
import { tenantsVisibleTo } from './tenants.access.ts';
import { tenantEntity } from './tenants.changes.ts';

// Invariants of this room: the slugs of all tenants differ and never change; a tenant has a feed from its creation
// on, which outlives it; a tenant never moves to another organization; one with users, customers, plans,
// attributes or file-access policies cannot be deleted.

const ifSlugIsTaken = ifTaken('tenant_slug_key', slugTaken);

const fields = {
  name: requiredText('The name'),
  status: z.enum(TenantStatus),
  businessType: optionalText('The business type', 100).nullable(),
};

const createInput = z.object({
  organizationId: z.string(),
  name: fields.name,
  slug: z.string().regex(/^[a-z0-9-]{2,50}$/, 'The slug needs 2 to 50 of a-z, 0-9 and hyphens.'),
  businessType: fields.businessType.optional(),
});

const updateInput = z.object(fields).partial();

/**
 * Creates a tenant and opens its feed; throws UserErrors for a bad input, no such organization, a slug that is
 * taken, or a key used for something else.
 */
export async function createTenant(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Tenant>> {
  const data = parseInput(createInput, input);
  return ctx.transact(
    async (tx) => {
      await requireOrganization(tx, ctx, data.organizationId);
      await requireFreeSlug(tx, data.slug);
      const tenant = await tx.db.tenant.create({ data }).catch(ifSlugIsTaken);
      await tx.db.feedHead.create({ data: { feed: tenant.id } });
      tx.created(tenantEntity, tenant);
      return tenant;
    },
    idempotent(idempotencyKey, 'tenantCreate', data),
  );
}

/** Changes the given fields; throws UserErrors for a bad input, no such tenant, or a version that has passed. */
export async function updateTenant(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Tenant>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await tenantToChange(tx, ctx, id, expectedVersion);
    return tx.update(tenantEntity, before, data, (change) =>
      tx.db.tenant.update({ where: { id }, data: change }),
    );
  });
}

/**
 * Deletes a tenant; throws UserErrors for no such tenant, one that has users, customers or plans, or a version that
 * has passed.
 */
export async function deleteTenant(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<Tenant>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(tenantEntity, id);
    const tenant = await tenantToChange(tx, ctx, id, expectedVersion);
    await requireUnused(tx, id);
    await tx.db.tenant.delete({ where: { id } });
    tx.deleted(tenantEntity, tenant);
    return tenant;
  });
}

async function tenantToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Tenant> {
  await tx.lock(tenantEntity, id);
  const visible = toPrismaWhere(tenantsVisibleTo(viewer));
  const tenant = await tx.db.tenant.findFirst({ where: { AND: [{ id }, visible] } });
  if (!tenant) throw notFound('tenant', 'id');
  requireVersion(tenant, expectedVersion);
  return tenant;
}

/** The organization must still be there when the tenant is. */
async function requireOrganization(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<void> {
  await tx.lockAgainstDelete(organizationEntity, id);
  const visible = toPrismaWhere(organizationsVisibleTo(viewer));
  const organization = await tx.db.organization.findFirst({
    where: { AND: [{ id }, visible] },
    select: { id: true },
  });
  if (!organization) throw notFound('organization', 'input', 'organizationId');
}

async function requireFreeSlug(tx: Transaction, wanted: string): Promise<void> {
  const holder = await tx.db.tenant.findUnique({ where: { slug: wanted }, select: { id: true } });
  if (holder) throw slugTaken();
}

function slugTaken() {
  return alreadyExists('Another tenant has this slug.', 'input', 'slug');
}

/** Holds until the transaction ends: whoever adds a user, customer or plan waits for the lock on the tenant. */
async function requireUnused(tx: Transaction, tenantId: string): Promise<void> {
  const users = await tx.db.user.count({ where: { tenantId } });
  if (users > 0) throw inUse('The tenant still has users: delete them first.');
  const customers = await tx.db.customer.count({ where: { tenantId } });
  if (customers > 0) throw inUse('The tenant still has customers: delete them first.');
  const plans = await tx.db.plan.count({ where: { tenantId } });
  if (plans > 0) throw inUse('The tenant still has plans: delete them first.');
  const attributes = await tx.db.attribute.count({ where: { tenantId } });
  if (attributes > 0) throw inUse('The tenant still has attributes: remove them first.');
  const policies = await tx.db.fileAccessPolicy.count({ where: { tenantId } });
  if (policies > 0) throw inUse('The tenant still has file-access policies: delete them first.');
}
