import { isDeepStrictEqual } from 'node:util';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
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

/** Whether a user can work on a request: the user can sign in and may manage the request. */
export function canWorkOn(user: User, { tenantId, customerId }: MaintenanceRequest): boolean {
  if (isBarred(user) || user.tenantId !== tenantId) return false;
  if (!permissionsOf(user).has('maintenance:write')) return false;
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
  if (canWorkOn(user, request)) return;
  throw invalidInput(ASSIGNEE.UNFIT_ASSIGNEE(), 'assigneeId');
}
