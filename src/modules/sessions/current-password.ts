import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, type UserErrors } from '../../core/requests/errors.ts';
import { verifyPassword } from './passwords.ts';

/**
 * Returns the stored hash of the viewer's password if this is the password. Throws UserErrors at `path` for another one,
 * and RATE_LIMITED after too many. A transaction that relies on the hash checks again that it is unchanged.
 */
export async function proveCurrentPassword(
  ctx: ViewerContext,
  password: string,
  path: readonly string[],
): Promise<string> {
  const { userId } = ctx.viewer;
  await ctx.authentication.throttle.attempt(userId, ctx.ip);
  const credential = await ctx.db.credential.findUnique({ where: { userId } });
  const passwordHash = credential?.passwordHash ?? null;
  const isRight = await verifyPassword(passwordHash, password);
  if (passwordHash === null || !isRight) throw wrongCurrentPassword(path);
  await ctx.authentication.throttle.succeeded(userId, ctx.ip);
  return passwordHash;
}

/** Refuses what was given as the viewer's password. */
export function wrongCurrentPassword(path: readonly string[]): UserErrors {
  return invalidInput('The current password is wrong.', ...path);
}
