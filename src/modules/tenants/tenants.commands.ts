import type { ViewerContext } from '../../core/context.ts';
import type { UpdateArgs } from '../../core/requests/command-args.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { choice, idOf, optional, slug, text } from '../../core/requests/input-fields.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { createCommand } from '../../db/input-commands.ts';
import { rowToChange, rowToDecideBy, rowToReferTo } from '../../db/row-to-change.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { businessTypes } from '../business-types/business-types.access.ts';
import { adoptOfType } from '../configuration/adoption.ts';
import { requireGrantableAdoption } from '../configuration/grantable-templates.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { tenants } from './tenants.access.ts';
import { tenantEntity } from './tenants.changes.ts';

// Invariants of this room: the slugs of all tenants differ and never change; a tenant has a feed from its creation
// on, which outlives it; only viewers who see both organizations, those of the platform, move a tenant
// from one to the other; a tenant to which rows of any room belong cannot be deleted.

const fields = {
  name: text('The name'),
  businessTypeId: optional(idOf('BusinessType', 'The kind of business it runs, whose settings it inherits')),
};

export const tenantCreateInput = createInput({
  organizationId: idOf('Organization', 'The organization that owns it'),
  slug: slug('Name used in URLs, unique among tenants'),
  ...fields,
});

export const tenantUpdateInput = updateInput({
  ...fields,
  organizationId: idOf(
    'Organization',
    'The organization to which it moves with all its rows; what the old organization shares leaves its streams and lists, what the new one shares enters them',
  ),
  status: choice(
    'TenantStatus',
    'Whether its users may act; SUSPENDED immediately ends their sessions and streams',
  ),
});

/**
 * Creates a tenant and opens its feed; throws UserErrors for a bad input, no such organization or business type, or a
 * slug that is taken.
 */
export const createTenant = createCommand(tenantEntity, tenantCreateInput, async (tx, data, ctx) => {
  await rowToReferTo(tx, ctx, organizations, data.organizationId, 'input', 'organizationId');
  await requireBusinessType(tx, ctx, data.businessTypeId);
  const tenant = await tx.db.tenant.create({ data });
  await tx.db.feedHead.create({ data: { feed: tenant.id } });
  return tenant;
});

/**
 * Changes the given fields; throws UserErrors for a bad input, no such tenant, organization or business type, an old
 * version, a tenant that cannot move because its rows refer to what its organization shares, or a business type whose
 * templates give more than the viewer may give.
 */
export async function updateTenant(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof tenantUpdateInput>,
): Promise<Written<Tenant>> {
  const data = parseInput<(typeof tenantUpdateInput)['schema']>(tenantUpdateInput, input);
  const { organizationId, businessTypeId } = data;
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, tenants, args);
    if (organizationId) await rowToReferTo(tx, ctx, organizations, organizationId, 'input', 'organizationId');
    await requireBusinessType(tx, ctx, businessTypeId);
    const after = await tx.update(tenantEntity, before, { ...data, ...suspending(before, data) });
    if (after.businessTypeId !== before.businessTypeId) await adoptGrantable(tx, ctx, before, after);
    return after;
  });
}

/** Has a tenant adopt its new business type here, because the reaction that would do it does not know who asks for it. */
async function adoptGrantable(
  tx: Transaction,
  { viewer }: ViewerContext,
  before: Tenant,
  after: Tenant,
): Promise<void> {
  const { changedPaths } = await adoptOfType(tx, after, before.businessTypeId);
  if (changedPaths.length === 0) return;
  await requireGrantableAdoption(tx, viewer, after.id, changedPaths, ['input', 'businessTypeId']);
}

/**
 * Keeps a business type as it is until the transaction ends: who writes its layer holds it, too, so the tenant is among
 * those that adopt the version, or begins with it.
 */
async function requireBusinessType(tx: Transaction, ctx: ViewerContext, id: string | null | undefined) {
  if (id) await rowToDecideBy(tx, ctx, businessTypes, id, 'input', 'businessTypeId');
}

/** Counts a suspension, which ends all sessions of the tenant without a write for each. */
function suspending({ status, suspensions }: Tenant, data: Partial<Tenant>): Partial<Tenant> {
  const isSuspended = data.status === 'SUSPENDED' && status !== 'SUSPENDED';
  return isSuspended ? { suspensions: suspensions + 1 } : {};
}
