import type { BulkAction } from '../../core/bulk-action.ts';
import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, notFound } from '../../core/errors.ts';
import { tenantInScope } from '../../core/scope.ts';
import type { Transaction, Written } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import type { Where } from '../../core/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { BulkJob, User } from '../../generated/prisma/client.ts';
import { MAX_ITEMS, type NewBulkJob, startBulkJob } from '../bulk-jobs/bulk-jobs.changes.ts';
import { type AttributesChange, changeAttributes, parseAttributesChange } from './user-attributes.ts';
import { removeUser, userToChange } from './user-to-change.ts';
import { usersVisibleTo } from './users.access.ts';

/** Which users of a tenant are meant: those of the ids, or those that a condition holds for when the job is asked for. */
export interface Targets {
  readonly tenantId?: string | null;
  readonly ids?: readonly string[] | null;
  readonly where: Where<User> | null;
  /** What the client asked for, to recognise the same request by. */
  readonly asked: unknown;
}

/** Has users deleted by a bulk job; throws UserErrors for no choice of users, or too many. */
export async function deleteUsers(
  ctx: ViewerContext,
  targets: Targets,
  idempotencyKey?: string | null,
): Promise<Written<BulkJob>> {
  return start(ctx, targets, { kind: 'USERS_DELETE' }, idempotencyKey);
}

/** Has attributes of users changed by a bulk job; throws UserErrors for a bad attribute or no change, too. */
export async function updateUsersAttributes(
  ctx: ViewerContext,
  targets: Targets,
  change: AttributesChange,
  idempotencyKey?: string | null,
): Promise<Written<BulkJob>> {
  const { added, removed } = parseAttributesChange(change);
  if (added.length + removed.length === 0) throw invalidInput('Say what to add or to remove.', 'add');
  const job = {
    kind: 'USERS_ATTRIBUTES_UPDATE',
    addedAttributes: added,
    removedAttributes: removed,
  } as const;
  return start(ctx, targets, job, idempotencyKey);
}

async function start(
  ctx: ViewerContext,
  targets: Targets,
  job: Omit<NewBulkJob, 'tenantId' | 'targetIds'>,
  idempotencyKey: string | null | undefined,
): Promise<Written<BulkJob>> {
  const tenantId = tenantInScope(ctx.viewer, targets.tenantId);
  const { ids, where, asked } = targets;
  if (!ids === !where) throw invalidInput('Say which users are meant: either by ids or by a filter.', 'ids');
  // Everybody of a tenant by a slip is what nobody should be able to ask for.
  if (where && Object.keys(where).length === 0)
    throw invalidInput('An empty filter chooses everybody.', 'filter');
  return ctx.transact(
    async (tx) => {
      const chosen = where && { AND: [{ tenantId }, usersVisibleTo(ctx.viewer), where] };
      const found =
        chosen &&
        (await tx.db.user.findMany({
          where: toPrismaWhere<User>(chosen),
          select: { id: true },
          orderBy: { id: 'asc' },
          take: MAX_ITEMS + 1,
        }));
      const targetIds = found?.map(({ id }) => id) ?? ids ?? [];
      return startBulkJob(tx, ctx, { ...job, tenantId, targetIds });
    },
    idempotencyKey != null ? { key: idempotencyKey, request: [job, tenantId, asked] } : undefined,
  );
}

/** Deletes one user of a bulk job. */
export const deleteUserAction: BulkAction = {
  kind: 'USERS_DELETE',
  permission: 'users:write',
  apply: async (tx, viewer, id, job) => {
    await userOfJob(tx, viewer, id, job);
    return removeUser(tx, { viewer }, id);
  },
};

/** Changes the attributes of one user of a bulk job. */
export const updateUserAttributesAction: BulkAction = {
  kind: 'USERS_ATTRIBUTES_UPDATE',
  permission: 'users:write',
  apply: async (tx, viewer, id, job) => {
    const user = await userOfJob(tx, viewer, id, job);
    return changeAttributes(tx, user, { added: job.addedAttributes, removed: job.removedAttributes });
  },
};

/** A job is of one tenant, also if whoever asked for it may change users of others. */
async function userOfJob(tx: Transaction, viewer: Viewer, id: string, { tenantId }: BulkJob): Promise<User> {
  const user = await userToChange(tx, { viewer }, id);
  if (user.tenantId !== tenantId) throw notFound('user', 'ids');
  return user;
}
