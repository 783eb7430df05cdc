import type { Context } from '../../core/context.ts';
import { sentences } from '../../core/requests/fault.ts';
import { WrongGuess } from '../../core/rights/authentication.ts';
import { mayAct, WITH_REACH } from './acting-user.ts';

const SIGN_IN = sentences('INVALID_INPUT', {
  WRONG_SIGN_IN: 'The e-mail address or the password is wrong.',
});

/** A user whose password was right. */
export interface ProvedPassword {
  readonly userId: string;
  readonly password: string;
  readonly passwordHash: string;
  /** Whether there is an authenticator, confirmed or not: its codes can be guessed. */
  readonly hasAuthenticator: boolean;
}

/**
 * Checks an address and its password. No setting is read before that, so neither the answer nor its time tells to which
 * tenant an address belongs. A user who may not act is refused here too: a right password that does not count as a failure
 * would show itself.
 */
export function provePassword(ctx: Context, email: string, password: string): Promise<ProvedPassword> {
  const { throttle, passwords } = ctx.authentication;
  return throttle.guess({ kind: 'PASSWORD', account: email, ip: ctx.ip }, async () => {
    const found = await ctx.db.credential.findFirst({
      where: { user: { email } },
      include: { user: { include: { ...WITH_REACH, secondFactor: { select: { userId: true } } } } },
    });
    const isRight = await passwords.verify(found?.passwordHash ?? null, password, ctx.ip);
    if (!found || !isRight || !mayAct(found.user)) throw wrongSignIn();
    const { userId, passwordHash, user } = found;
    return { userId, password, passwordHash, hasAuthenticator: user.secondFactor !== null };
  });
}

/** Refuses an address and a password, without saying which of them is wrong. */
export function wrongSignIn(): WrongGuess {
  return new WrongGuess(SIGN_IN.WRONG_SIGN_IN(), 'input');
}
