import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, forbiddenChange, notFound, requireVersion } from '../../core/errors.ts';
import type { Permission } from '../../core/permissions.ts';
import type { Transaction } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { ifTaken } from '../../db/unique-violation.ts';
import type { Role, User } from '../../generated/prisma/client.ts';
import { assignableRoles, usersVisibleTo } from './users.access.ts';
import { altersRights, userEntity } from './users.changes.ts';

/** Locks and reads a user; throws UserErrors for none in view, one of a higher role, or a version that has passed. */
export async function userToChange(
  tx: Transaction,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  id: string,
  expectedVersion?: number | null,
): Promise<User> {
  await tx.lock(userEntity, id);
  const visible = toPrismaWhere(usersVisibleTo(viewer));
  const user = await tx.db.user.findFirst({ where: { AND: [{ id }, visible] } });
  if (!user) throw notFound('user', 'id');
  requireRole(viewer, user.role, 'id');
  requireVersion(user, expectedVersion);
  return user;
}

type UserData = Partial<Omit<User, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;

/** Writes what differs; whatever alters the user's rights also makes them a new version of rights. */
export async function writeUser(tx: Transaction, before: User, data: UserData): Promise<User> {
  const rights = altersRights(before, data) ? { rightsVersion: before.rightsVersion + 1 } : {};
  return tx.update(userEntity, before, { ...data, ...rights }, (change) =>
    tx.db.user.update({ where: { id: before.id }, data: change }).catch(ifEmailIsTaken),
  );
}

/** Deletes a user; throws UserErrors, before it writes, for none in view, oneself, or a version that has passed. */
export async function removeUser(
  tx: Transaction,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  id: string,
  expectedVersion?: number | null,
): Promise<User> {
  await tx.lockToDelete(userEntity, id);
  const user = await userToChange(tx, { viewer }, id, expectedVersion);
  refuseSelf(viewer, id, 'delete yourself');
  await tx.db.user.delete({ where: { id } });
  tx.deleted(userEntity, user);
  return user;
}

/** Handles a failed write: a taken address is taken, whoever has it, for that may be somebody of another tenant. */
export const ifEmailIsTaken = ifTaken('user_email_key', () =>
  alreadyExists('This e-mail address is taken.', 'input', 'email'),
);

/** Refuses a role that the viewer may not give, and to change somebody who has one. */
export function requireRole(viewer: Viewer, role: Role, ...path: string[]): void {
  if (!assignableRoles(viewer).includes(role)) {
    throw forbiddenChange(`You may not make or change a user of the role ${role}.`, ...path);
  }
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
  throw forbiddenChange(`You may not grant what you do not hold: ${names}.`, 'input', 'permissions');
}

/** Refuses what nobody may do to themselves, so that no tenant is left without whoever runs it by a slip. */
export function refuseSelf(viewer: Viewer, id: string, what: string): void {
  if (id === viewer.userId) throw forbiddenChange(`You may not ${what}.`, 'id');
}
