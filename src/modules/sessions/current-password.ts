import type { ViewerContext } from '../../core/context.ts';
import { sentences } from '../../core/requests/fault.ts';
import { WrongGuess } from '../../core/rights/authentication.ts';

const PASSWORD = sentences('INVALID_INPUT', {
  WRONG_PASSWORD: 'The current password is wrong.',
});

/**
 * Returns the stored hash of the viewer's password if this is the password. Throws UserErrors at `path` for another one,
 * and RATE_LIMITED after too many. A transaction that relies on the hash checks again that it is unchanged.
 */
export async function proveCurrentPassword(
  ctx: ViewerContext,
  password: string,
  path: readonly string[],
): Promise<string> {
  const { userId: account } = ctx.viewer;
  const { throttle, passwords } = ctx.authentication;
  return throttle.guess({ kind: 'PASSWORD', account, ip: ctx.ip }, async () => {
    const credential = await ctx.db.credential.findFirst({ where: { userId: account } });
    const passwordHash = credential?.passwordHash ?? null;
    const isRight = await passwords.verify(passwordHash, password, ctx.ip);
    if (passwordHash === null || !isRight) throw wrongCurrentPassword(path);
    return passwordHash;
  });
}

/** Refuses what was given as the viewer's password. */
export function wrongCurrentPassword(path: readonly string[]): WrongGuess {
  return new WrongGuess(PASSWORD.WRONG_PASSWORD(), ...path);
}
