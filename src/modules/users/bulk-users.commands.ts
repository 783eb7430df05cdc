import type { ViewerContext } from '../../core/context.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { BulkAction } from '../../core/rows/bulk-action.ts';
import type { Written } from '../../core/rows/transact.ts';
import type { BulkJob, User } from '../../generated/prisma/client.ts';
import { type BulkTargets, requestBulkJob, requireInTenantOf } from '../bulk-jobs/bulk-jobs.requests.ts';
import { type AttributesChange, changeAttributes, parseAttributesChange } from './attributes-change.ts';
import { removeUser } from './user-to-change.ts';
import { users } from './users.access.ts';

const CHANGE = sentences('INVALID_INPUT', {
  NOTHING_TO_CHANGE: 'Say what to add or to remove.',
});

/** Requests a bulk job that deletes users; throws UserErrors for no choice of users, or too many. */
export async function deleteUsers(ctx: ViewerContext, targets: BulkTargets<User>): Promise<Written<BulkJob>> {
  return requestBulkJob(ctx, users, targets, { kind: 'USERS_DELETE' });
}

/** The arguments of `updateUsersAttributes`. */
export interface AttributesArgs extends AttributesChange {
  readonly targets: BulkTargets<User>;
}

/** Requests a bulk job that changes attributes of users; also throws UserErrors for a bad attribute or no change. */
export async function updateUsersAttributes(
  ctx: ViewerContext,
  { targets, ...change }: AttributesArgs,
): Promise<Written<BulkJob>> {
  const { added, removed } = parseAttributesChange(change);
  if (added.length + removed.length === 0) throw invalidInput(CHANGE.NOTHING_TO_CHANGE(), 'add');
  return requestBulkJob(ctx, users, targets, {
    kind: 'USERS_ATTRIBUTES_UPDATE',
    addedAttributes: added,
    removedAttributes: removed,
  });
}

/** Deletes one user of a bulk job. */
export const deleteUserAction: BulkAction = {
  kind: 'USERS_DELETE',
  permission: 'users:write',
  readPermission: 'users:read',
  apply: async (tx, acting, id, job) => {
    await requireInTenantOf(job, tx, users, id);
    return removeUser(tx, acting, { id });
  },
};

/** Changes the attributes of one user of a bulk job. */
export const updateUserAttributesAction: BulkAction = {
  kind: 'USERS_ATTRIBUTES_UPDATE',
  permission: 'users:write',
  readPermission: 'permissions:read',
  apply: async (tx, acting, id, job) => {
    await requireInTenantOf(job, tx, users, id);
    const change = { added: job.addedAttributes, removed: job.removedAttributes };
    return changeAttributes(tx, acting, { id }, change, { replaces: true });
  },
};
