import type { ViewerContext } from '../../core/context.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { choice, idOf, optional, slug, text } from '../../core/requests/input-fields.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { createCommand, updateCommand } from '../../db/input-commands.ts';
import { rowToDecideBy, rowToReferTo } from '../../db/row-to-change.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { businessTypes } from '../business-types/business-types.access.ts';
import { noteAuthorOfType } from '../configuration/business-type-choices.requests.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { tenants } from './tenants.access.ts';
import { tenantEntity } from './tenants.changes.ts';

// Invariants of this room: the slugs of all tenants differ and never change; a tenant has a feed from its creation
// on, which outlives it; only viewers who see both organizations, those of the platform, move a tenant
// from one to the other; a tenant to which rows of any room belong cannot be deleted.

const STATE = sentences('INVALID_STATE', {
  ARCHIVED_BY_ARCHIVE: 'A tenant is archived by `tenantArchive`, which says when it is erased.',
  ARCHIVED_TENANT_FIXED: 'The tenant is archived: restore it first with `tenantRestore`.',
});

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
    'Whether its users may act; SUSPENDED immediately ends their sessions and streams, and ARCHIVED is for `tenantArchive`',
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
export const updateTenant = updateCommand(tenants, tenantUpdateInput, async (tx, data, before, ctx) => {
  const { organizationId, businessTypeId } = data;
  requireNoArchiving(before, data);
  if (organizationId) await rowToReferTo(tx, ctx, organizations, organizationId, 'input', 'organizationId');
  await requireBusinessType(tx, ctx, businessTypeId);
  noteAuthorOfType(tx, ctx.viewer);
  return { ...data, ...suspending(before, data) };
});

/**
 * Keeps a business type as it is until the transaction ends: who writes its layer holds it, too, so the tenant is among
 * those that adopt the version, or begins with it.
 */
async function requireBusinessType(tx: Transaction, ctx: ViewerContext, id: string | null | undefined) {
  if (id) await rowToDecideBy(tx, ctx, businessTypes, id, 'input', 'businessTypeId');
}

/** Archiving and restoring are commands of their own, and an archived tenant stays where it is. */
function requireNoArchiving(
  before: Tenant,
  { status, organizationId, businessTypeId }: Partial<Tenant>,
): void {
  const isArchived = before.status === 'ARCHIVED';
  if (status === 'ARCHIVED' && !isArchived)
    throw invalidState(STATE.ARCHIVED_BY_ARCHIVE(), 'input', 'status');
  const changed = { status, organizationId, businessTypeId };
  for (const [name, value] of Object.entries(changed))
    if (isArchived && value !== undefined && value !== before[name as keyof typeof changed])
      throw invalidState(STATE.ARCHIVED_TENANT_FIXED(), 'input', name);
}

/** Counts a suspension, which ends all sessions of the tenant without a write for each. */
function suspending({ status, suspensions }: Tenant, data: Partial<Tenant>): Partial<Tenant> {
  const isSuspended = data.status === 'SUSPENDED' && status !== 'SUSPENDED';
  return isSuspended ? { suspensions: suspensions + 1 } : {};
}
