import { isDeepStrictEqual } from 'node:util';
import { invalidInput, notFound } from '../../core/errors.ts';
import type { Transaction } from '../../core/transact.ts';
import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { MaintenanceRequest, User } from '../../generated/prisma/client.ts';
import { isBarred, permissionsOf, usersVisibleTo } from '../users/users.access.ts';

/** Whether somebody can see to a request: who can sign in and may do everything with requests like this one. */
export function canSeeTo(user: User, { tenantId, customerId }: MaintenanceRequest): boolean {
  if (isBarred(user) || user.tenantId !== tenantId) return false;
  if (!permissionsOf(user).has('maintenance:write')) return false;
  return isMemberRole(user.role) ? !seesOnlyOwn(user) && user.customerId === customerId : true;
}

/** What `canSeeTo` reads of a user. */
const DECISIVE = [
  'role',
  'permissions',
  'isActive',
  'status',
  'tenantId',
  'customerId',
] as const satisfies readonly (keyof User)[];

/** Whether a change of a user can alter what it can see to. Attributes cannot: those of thousands change in bulk. */
export function altersAbility(before: User, after: User | null): boolean {
  return after === null || DECISIVE.some((column) => !isDeepStrictEqual(before[column], after[column]));
}

/** Refuses an assignee whom the viewer does not see, and one who cannot see to the request. Lock the user before. */
export async function requireAssignee(
  tx: Transaction,
  viewer: Viewer,
  request: MaintenanceRequest,
  id: string,
): Promise<void> {
  const visible = toPrismaWhere(usersVisibleTo(viewer));
  const user = await tx.db.user.findFirst({ where: { AND: [{ id }, visible] } });
  if (!user) throw notFound('user', 'assigneeId');
  if (canSeeTo(user, request)) return;
  throw invalidInput(
    'A request is assigned to staff of the tenant, or to an OWNER or MANAGER of the customer, who is active, not locked, and may write maintenance.',
    'assigneeId',
  );
}
