import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, requireVersion } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Permission } from '../../core/rights/permissions.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Acting } from '../../core/rows/bulk-action.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToChange, rowToDelete } from '../../db/row-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { requireRole, roleBeyond } from './grantable-role.requests.ts';
import { requireAnotherAdministrator } from './last-administrator.requests.ts';
import { users } from './users.access.ts';
import { altersRights, userEntity } from './users.changes.ts';

const BEYOND = sentences('FORBIDDEN_CHANGE', {
  PERMISSIONS_BEYOND_YOURS: 'You may not grant what you do not hold: {names}.',
  ADDRESS_BEYOND_YOURS: 'You may not change the address of a user who may do more than you.',
  FACTOR_BEYOND_YOURS: 'You may not reset the second factor of a user who may do more than you.',
});

const YOURSELF = sentences('FORBIDDEN_CHANGE', {
  OWN_DELETION: 'You may not delete yourself.',
  OWN_ACTIVATION: 'You may not activate or deactivate yourself.',
  OWN_ROLE: 'You may not change your own role.',
  OWN_STATUS: 'You may not change your own status.',
  OWN_FACTOR: 'You may not reset your own second factor: remove it with `totpDisable`.',
});

/** Locks and reads a user; throws UserErrors for none in view, one of a higher role, or an old version. */
export async function userToChange(
  tx: Transaction,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  { id, expectedVersion }: RowArgs,
  find = rowToChange,
): Promise<User> {
  const user = await find(tx, { viewer }, users, { id });
  // The role comes first: a viewer who may not change the user must not learn its version by trying.
  requireRole(viewer, user.role, 'id');
  requireVersion(user, expectedVersion);
  return user;
}

type UserData = Partial<Omit<User, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;

/** Writes what differs; what alters the user's rights also moves `rightsVersion`. */
export async function writeUser(tx: Transaction, before: User, data: UserData): Promise<User> {
  const rights = altersRights(before, data) ? { rightsVersion: before.rightsVersion + 1 } : {};
  return tx.update(userEntity, before, { ...data, ...rights });
}

/** Deletes a user; throws UserErrors, before it writes, for none in view, oneself, or an old version. */
export async function removeUser(tx: Transaction, acting: Acting, args: RowArgs): Promise<User> {
  const user = await userToChange(tx, acting, args, rowToDelete);
  refuseSelf(acting.viewer, args.id, 'OWN_DELETION');
  await requireAnotherAdministrator(tx, acting, user, null, 'id');
  return tx.delete(userEntity, user);
}

/** Refuses another address for a user who may do more than the viewer: an external issuer signs users in by it. */
export async function requireNoTakeover(
  tx: Transaction,
  viewer: Viewer,
  user: User,
  wanted?: string,
): Promise<void> {
  if (wanted === undefined || wanted === user.email || !(await mayDoMore(tx, viewer, user))) return;
  throw forbiddenChange(BEYOND.ADDRESS_BEYOND_YOURS(), 'input', 'email');
}

/** Refuses to weaken the sign-in of a user who may do more than the viewer. */
export async function requireNoWeakening(tx: Transaction, viewer: Viewer, user: User): Promise<void> {
  if (await mayDoMore(tx, viewer, user)) throw forbiddenChange(BEYOND.FACTOR_BEYOND_YOURS(), 'id');
}

/** Whether a user may do what the viewer may not. */
async function mayDoMore(tx: Transaction, viewer: Viewer, user: User): Promise<boolean> {
  const isBeyond = user.permissions.some((one) => !viewer.permissions.has(one as Permission));
  return isBeyond || (await roleBeyond(tx, viewer, user)).length > 0;
}

/** Refuses to grant what the viewer does not hold; what the user holds already may stay. */
export function requireGrantable(
  viewer: Viewer,
  wanted: readonly Permission[],
  held: readonly string[] = [],
): void {
  const beyond = wanted.filter((one) => !viewer.permissions.has(one) && !held.includes(one));
  if (beyond.length === 0) return;
  const names = beyond.join(', ');
  throw forbiddenChange(BEYOND.PERMISSIONS_BEYOND_YOURS({ names }), 'input', 'permissions');
}

/** Refuses what no user may do to itself, so that no slip leaves a tenant without an administrator. */
export function refuseSelf(viewer: Viewer, id: string, rule: keyof typeof YOURSELF): void {
  if (id === viewer.userId) throw forbiddenChange(YOURSELF[rule](), 'id');
}
