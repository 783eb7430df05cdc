import type { BulkAction } from '../../core/bulk-action.ts';
import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, notFound } from '../../core/errors.ts';
import type { Transaction, Written } from '../../core/transact.ts';
import type { TenantRow } from '../../core/visibility.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { BulkJob, User } from '../../generated/prisma/client.ts';
import {
  type BulkTargets,
  type BulkWork,
  MAX_ITEMS,
  requestBulkJob,
} from '../bulk-jobs/bulk-jobs.requests.ts';
import { type AttributesChange, changeAttributes, parseAttributesChange } from './attributes-change.ts';
import { removeUser } from './user-to-change.ts';
import { usersVisibleTo } from './users.access.ts';

/** A user as bulk jobs know it: one of a tenant. */
type TenantUser = User & TenantRow;

/** Has users deleted by a bulk job; throws UserErrors for no choice of users, or too many. */
export async function deleteUsers(
  ctx: ViewerContext,
  targets: BulkTargets<TenantUser>,
  idempotencyKey?: string | null,
): Promise<Written<BulkJob>> {
  return requestBulkJob(ctx, targets, { kind: 'USERS_DELETE', find: findUsers(ctx) }, idempotencyKey);
}

/** Has attributes of users changed by a bulk job; throws UserErrors for a bad attribute or no change, too. */
export async function updateUsersAttributes(
  ctx: ViewerContext,
  targets: BulkTargets<TenantUser>,
  change: AttributesChange,
  idempotencyKey?: string | null,
): Promise<Written<BulkJob>> {
  const { added, removed } = parseAttributesChange(change);
  if (added.length + removed.length === 0) throw invalidInput('Say what to add or to remove.', 'add');
  const work: BulkWork<TenantUser> = {
    kind: 'USERS_ATTRIBUTES_UPDATE',
    addedAttributes: added,
    removedAttributes: removed,
    find: findUsers(ctx),
  };
  return requestBulkJob(ctx, targets, work, idempotencyKey);
}

function findUsers({ viewer }: ViewerContext): BulkWork<TenantUser>['find'] {
  return ({ db }, where) =>
    db.user.findMany({
      where: { AND: [toPrismaWhere(where), toPrismaWhere(usersVisibleTo(viewer))] },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: MAX_ITEMS + 1,
    });
}

/** Deletes one user of a bulk job. */
export const deleteUserAction: BulkAction = {
  kind: 'USERS_DELETE',
  apply: async (tx, viewer, id, job) => {
    await requireInTenant(tx, id, job);
    return removeUser(tx, { viewer }, id);
  },
};

/** Changes the attributes of one user of a bulk job. */
export const updateUserAttributesAction: BulkAction = {
  kind: 'USERS_ATTRIBUTES_UPDATE',
  apply: async (tx, viewer, id, job) => {
    await requireInTenant(tx, id, job);
    const change = { added: job.addedAttributes, removed: job.removedAttributes };
    return changeAttributes(tx, { viewer }, id, change, { replaces: true });
  },
};

/** A job is of one tenant, also if whoever asked for it may change users of others. */
async function requireInTenant({ db }: Transaction, id: string, { tenantId }: BulkJob): Promise<void> {
  const user = await db.user.findFirst({ where: { id, tenantId }, select: { id: true } });
  if (!user) throw notFound('user', 'ids');
}
