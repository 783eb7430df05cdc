import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Permission } from '../../core/rights/permissions.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToChange, rowToCopyFrom } from '../../db/row-to-change.ts';
import type { ApiToken, User } from '../../generated/prisma/client.ts';
import { assignableRoles, permissionsBeyond, permissionsOf, users } from '../users/users.access.ts';
import { userEntity } from '../users/users.changes.ts';
import { apiTokens } from './api-tokens.access.ts';

const OWNER = sentences('FORBIDDEN_CHANGE', {
  TOKEN_OF_ANOTHER_USER: 'The token of another person is that of its user: you may only revoke it.',
  TOKEN_OUT_OF_REACH: 'You may not make or change the tokens of a user of the role {role}.',
  TOKEN_BEYOND_YOURS: 'You may not give a token what you do not hold: {names}.',
  TOKEN_BEYOND_ACCOUNT: 'The service account does not hold what the token is to have: {names}.',
});

/** A token and its user, both locked. */
interface OwnedToken {
  readonly token: ApiToken;
  readonly user: User;
}

/** Locks and reads the user of a new token: the viewer itself, or a service account that it may manage. */
export async function ownerToGive(
  tx: Transaction,
  ctx: ViewerContext,
  userId: string | null | undefined,
): Promise<User> {
  const path = ['input', 'userId'];
  const user = await rowToCopyFrom(tx, ctx, users, userId ?? ctx.viewer.userId, ...path);
  requireManageable(ctx.viewer, user, path);
  return user;
}

/**
 * Locks and reads a token and, before it, its user, as the deletion of a user does. Throws UserErrors for none in view or
 * an old version.
 */
export async function tokenToChange(tx: Transaction, ctx: ViewerContext, args: RowArgs): Promise<OwnedToken> {
  const found = await tx.db.apiToken.findUnique({ where: { id: args.id }, select: { userId: true } });
  if (found) await tx.lockAgainstChange(userEntity, found.userId);
  const token = await rowToChange(tx, ctx, apiTokens, args);
  return { token, user: await tx.db.user.findUniqueOrThrow({ where: { id: token.userId } }) };
}

/** Refuses the token of another person, and that of a service account beyond the viewer's reach. */
export function requireManageable(viewer: Viewer, user: User, path: readonly string[]): void {
  if (user.id === viewer.userId) return;
  if (!user.isServiceAccount) throw forbiddenChange(OWNER.TOKEN_OF_ANOTHER_USER(), ...path);
  requireReach(viewer, user, path);
}

/** Refuses to revoke a token of another user, unless the viewer may write tokens and manage users of that role. */
export function requireRevocable(viewer: Viewer, user: User): void {
  if (user.id === viewer.userId) return;
  if (!viewer.permissions.has('api-tokens:write'))
    throw forbiddenChange(OWNER.TOKEN_OUT_OF_REACH({ role: user.role }), 'id');
  requireReach(viewer, user, ['id']);
}

function requireReach(viewer: Viewer, { role }: User, path: readonly string[]): void {
  if (!assignableRoles(viewer).includes(role))
    throw forbiddenChange(OWNER.TOKEN_OUT_OF_REACH({ role }), ...path);
}

/** Refuses permissions that the viewer or the locked user of the token does not hold at this moment. */
export async function requireGivable(
  { db }: Transaction,
  viewer: Viewer,
  user: User,
  given: readonly Permission[],
  path: readonly string[],
): Promise<void> {
  const { templates } = await obeyedSettingsOf(db, user.tenantId);
  const held = permissionsOf(user, templates);
  const isOwn = user.id === viewer.userId;
  const beyond = isOwn ? given.filter((one) => !held.has(one)) : permissionsBeyond(viewer, user.role, given);
  if (beyond.length > 0)
    throw forbiddenChange(OWNER.TOKEN_BEYOND_YOURS({ names: beyond.join(', ') }), ...path);
  const names = given.filter((one) => !held.has(one)).join(', ');
  if (names !== '') throw forbiddenChange(OWNER.TOKEN_BEYOND_ACCOUNT({ names }), ...path);
}
