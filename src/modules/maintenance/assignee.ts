import { isDeepStrictEqual } from 'node:util';
import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Templates } from '../../core/rights/permissions.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { MaintenanceRequest, User } from '../../generated/prisma/client.ts';
import { seesOnlyOwn } from '../customers/customer-rows.access.ts';
import { isBarred, permissionsOf, usersVisibleTo } from '../users/users.access.ts';

const ASSIGNEE = sentences('INVALID_INPUT', {
  UNFIT_ASSIGNEE:
    'A request is assigned to staff of the tenant, or to an OWNER or MANAGER of the customer, who is active, not locked, and may write maintenance.',
});

/**
 * Whether a user can work on a request under the permission templates of the tenant: the user can sign in and may manage
 * the request.
 */
export function canWorkOn(
  user: User,
  { tenantId, customerId }: MaintenanceRequest,
  templates: Templates,
): boolean {
  if (isBarred(user) || user.tenantId !== tenantId) return false;
  if (!permissionsOf(user, templates).has('maintenance:write')) return false;
  return isCustomerRole(user.role) ? !seesOnlyOwn(user) && user.customerId === customerId : true;
}

/** The columns of a user that `canWorkOn` reads. */
const DECISIVE = [
  'role',
  'permissions',
  'isActive',
  'status',
  'tenantId',
  'customerId',
] as const satisfies readonly (keyof User)[];

/**
 * Whether a change of a user can alter the requests that the user can work on. Attributes do not count, on purpose: bulk
 * jobs change those of thousands of users.
 */
export function affectsAssignments(before: User, after: User | null): boolean {
  return after === null || DECISIVE.some((column) => !isDeepStrictEqual(before[column], after[column]));
}

/** Refuses an assignee who is not visible to the viewer or cannot work on the request. The user must be locked. */
export async function requireAssignee(
  tx: Transaction,
  viewer: Viewer,
  request: MaintenanceRequest,
  id: string,
): Promise<void> {
  const visible = toPrismaWhere(usersVisibleTo(viewer));
  const user = await tx.db.user.findFirst({ where: { AND: [{ id }, visible] } });
  if (!user) throw notFound('User', 'assigneeId');
  const { templates } = await obeyedSettingsOf(tx.db, request.tenantId);
  if (canWorkOn(user, request, templates)) return;
  throw invalidInput(ASSIGNEE.UNFIT_ASSIGNEE(), 'assigneeId');
}
