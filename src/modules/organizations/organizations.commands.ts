import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, inUse, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { requiredText } from '../../core/input-text.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { ifTaken } from '../../db/unique-violation.ts';
import type { Organization } from '../../generated/prisma/client.ts';
import { organizationsVisibleTo } from './organizations.access.ts';
import { organizationEntity } from './organizations.changes.ts';

// Invariants of this room: the slugs of all organizations differ; an organization has a feed from its creation on,
// which outlives it; an organization with tenants or users cannot be deleted.

const ifSlugIsTaken = ifTaken('organization_slug_key', slugTaken);

const fields = {
  name: requiredText('The name'),
  slug: z.string().regex(/^[a-z0-9-]{2,50}$/, 'The slug needs 2 to 50 of a-z, 0-9 and hyphens.'),
};

const createInput = z.object(fields);

const updateInput = z.object(fields).partial();

/**
 * Creates an organization and opens its feed; throws UserErrors for a bad input, a slug that is taken, or a key used
 * for something else.
 */
export async function createOrganization(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Organization>> {
  const data = parseInput(createInput, input);
  return ctx.transact(
    async (tx) => {
      await requireFreeSlug(tx, data.slug);
      const organization = await tx.db.organization.create({ data }).catch(ifSlugIsTaken);
      await tx.db.feedHead.create({ data: { feed: organization.id } });
      tx.created(organizationEntity, organization);
      return organization;
    },
    idempotent(idempotencyKey, 'organizationCreate', data),
  );
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such organization, a slug that is taken, or a
 * version that has passed.
 */
export async function updateOrganization(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Organization>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await organizationToChange(tx, ctx, id, expectedVersion);
    await requireFreeSlug(tx, data.slug, id);
    return tx.update(organizationEntity, before, data, (change) =>
      tx.db.organization.update({ where: { id }, data: change }).catch(ifSlugIsTaken),
    );
  });
}

/**
 * Deletes an organization; throws UserErrors for no such organization, one that has tenants or users, or a version
 * that has passed.
 */
export async function deleteOrganization(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<Organization>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(organizationEntity, id);
    const organization = await organizationToChange(tx, ctx, id, expectedVersion);
    await requireUnused(tx, id);
    await tx.db.organization.delete({ where: { id } });
    tx.deleted(organizationEntity, organization);
    return organization;
  });
}

async function organizationToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Organization> {
  await tx.lock(organizationEntity, id);
  const visible = toPrismaWhere(organizationsVisibleTo(viewer));
  const organization = await tx.db.organization.findFirst({ where: { AND: [{ id }, visible] } });
  if (!organization) throw notFound('organization', 'id');
  requireVersion(organization, expectedVersion);
  return organization;
}

async function requireFreeSlug(tx: Transaction, wanted: string | undefined, own?: string): Promise<void> {
  if (wanted === undefined) return;
  const holder = await tx.db.organization.findUnique({ where: { slug: wanted }, select: { id: true } });
  if (holder && holder.id !== own) throw slugTaken();
}

function slugTaken() {
  return alreadyExists('Another organization has this slug.', 'input', 'slug');
}

/** Holds until the transaction ends: whoever adds a tenant or a user waits for the lock on the organization. */
async function requireUnused(tx: Transaction, organizationId: string): Promise<void> {
  const tenants = await tx.db.tenant.count({ where: { organizationId } });
  if (tenants > 0) throw inUse('The organization still has tenants: delete them first.');
  const users = await tx.db.user.count({ where: { organizationId } });
  if (users > 0) throw inUse('The organization still has users: delete them first.');
}
