import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { defaulted, integer } from '../../core/requests/input-fields.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { resumeWorkOf } from '../due-work/due-work.requests.ts';
import { tenants } from '../tenants/tenants.access.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { tenantErasing, tenantErasureEntity } from './tenant-erasures.changes.ts';

// Invariants of this room: an archived tenant has exactly one erasure that is SCHEDULED or RUNNING, and only such a tenant
// has one; the lock of the tenant keeps archiving, restoring and the begin of the erasure apart; what has begun is never
// withdrawn; a received payment leaves its table only once what is kept of it is written, by the same transaction.

const DAY_MS = 86_400_000;
/** The time of grace where the input names none, and the longest one. */
const GRACE_DAYS = 30;
const MAX_GRACE_DAYS = 365;

const STATE = sentences('INVALID_STATE', {
  ALREADY_ARCHIVED: 'The tenant is archived already: restore it first to give it another time of grace.',
  NOT_ARCHIVED: 'The tenant is not archived.',
  TENANT_ERASURE_BEGUN: 'The erasure of the tenant has begun and cannot be withdrawn.',
});

export const tenantArchiveInput = createInput({
  graceDays: defaulted(
    integer('The days until the tenant is erased, in which it can be restored', {
      min: 1,
      max: MAX_GRACE_DAYS,
    }),
    `${GRACE_DAYS}`,
  ),
});

/**
 * Archives a tenant: from this change on none of its users acts and its work rests, and after the time of grace it is erased.
 * Throws UserErrors for a bad input, no such tenant, one that is archived already, or an old version.
 */
export async function archiveTenant(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof tenantArchiveInput>,
): Promise<Written<Tenant>> {
  const { graceDays = GRACE_DAYS } = parseInput(tenantArchiveInput, input);
  return ctx.transact(async (tx) => {
    const tenant = await rowToChange(tx, ctx, tenants, args);
    if (tenant.status === 'ARCHIVED') throw invalidState(STATE.ALREADY_ARCHIVED(), 'id');
    const { id: tenantId, organizationId, name: tenantName, slug: tenantSlug, status: formerStatus } = tenant;
    const now = await tx.now();
    const erasesAt = new Date(now.getTime() + graceDays * DAY_MS);
    const erasure = await tx.db.tenantErasure.create({
      data: { tenantId, organizationId, tenantName, tenantSlug, formerStatus, erasesAt },
    });
    tx.created(tenantErasureEntity, erasure);
    await tx.schedule(tenantErasing, erasure, erasesAt);
    const suspensions = tenant.suspensions + 1;
    return tx.update(tenantEntity, tenant, { status: 'ARCHIVED', suspensions });
  });
}

/**
 * Restores an archived tenant: it has the status that it had, and what rested continues. Throws UserErrors for no such
 * tenant, one that is not archived, one whose erasure has begun, or an old version.
 */
export async function restoreTenant(ctx: ViewerContext, args: RowArgs): Promise<Written<Tenant>> {
  return ctx.transact(async (tx) => {
    const tenant = await rowToChange(tx, ctx, tenants, args);
    if (tenant.status !== 'ARCHIVED') throw invalidState(STATE.NOT_ARCHIVED(), 'id');
    const [open] = await tx.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM tenant_erasure WHERE tenant_id = ${tenant.id}::uuid AND status = 'SCHEDULED' FOR NO KEY UPDATE`;
    if (!open) throw invalidState(STATE.TENANT_ERASURE_BEGUN(), 'id');
    const erasure = await tx.db.tenantErasure.findUniqueOrThrow({ where: { id: open.id } });
    await tx.unschedule(tenantErasing, erasure);
    await tx.update(tenantErasureEntity, erasure, { status: 'WITHDRAWN' });
    await resumeWorkOf(tx, tenant.id);
    return tx.update(tenantEntity, tenant, { status: erasure.formerStatus });
  });
}
