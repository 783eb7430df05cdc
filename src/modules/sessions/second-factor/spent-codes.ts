import { z } from 'zod';
import type { Context } from '../../../core/context.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { WrongGuess } from '../../../core/rights/authentication.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { SecondFactor, User } from '../../../generated/prisma/client.ts';
import { queueMail } from '../../mail/mail.requests.ts';
import { looksLikeRecoveryCode, takeRecoveryCode } from './recovery-codes.ts';
import { recoveryCodeUsedText } from './second-factor-mail.ts';
import { stepOfCode } from './totp.ts';

const CODE = sentences('INVALID_INPUT', {
  WRONG_CODE: 'The code is wrong or was used before: wait for the next one.',
});

/** A code as people type it: authenticators show it in two halves. */
export const typedCode = z.string().transform((text) => text.replaceAll(/\s/g, ''));

/**
 * Runs `work`, which spends a code of a user. The throttle counts wrong codes apart from wrong passwords, and for the
 * user alone: only a client that has the password can try any.
 */
export function guessingCode<Value>(
  { authentication, ip }: Context,
  userId: string,
  work: () => Promise<Value>,
): Promise<Value> {
  return authentication.throttle.guess({ kind: 'CODE', account: userId, ip }, work);
}

/** The code that a user gave, and the second factor of which it should be. */
interface GivenCode {
  readonly factor: SecondFactor;
  readonly code: string;
  readonly path: readonly string[];
}

/** The columns of its user that a spent code changes; none, mostly. */
export type SpentCode = Partial<Pick<User, 'recoveryCodeUsedAt'>>;

/**
 * Spends a code of the authenticator, each of which is good once, and so are all before it, or a recovery code. Throws
 * UserErrors at `path` for a wrong or spent one. The user must be locked and the factor read after that, or two requests
 * could spend the same code. The caller writes what it returns.
 */
export async function spendCode(
  tx: Transaction,
  { authentication, clock }: Context,
  { factor, code, path }: GivenCode,
): Promise<SpentCode> {
  const { userId, sealedSecret, lastStep } = factor;
  const now = clock.now();
  if (looksLikeRecoveryCode(code)) {
    if (!(await takeRecoveryCode(tx, userId, code))) throw wrongCode(path);
    await tellOfUse(tx, userId);
    return { recoveryCodeUsedAt: now };
  }
  const secret = authentication.secondFactors.decrypt(sealedSecret, userId);
  const step = stepOfCode(secret, code, { now, lastStep });
  if (step === null) throw wrongCode(path);
  await tx.db.secondFactor.update({ where: { userId }, data: { lastStep: step } });
  return {};
}

/** Sends the person an e-mail: a recovery code that another has found is noticed only so. */
async function tellOfUse(tx: Transaction, userId: string): Promise<void> {
  const { email } = await tx.db.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } });
  const left = await tx.db.recoveryCode.count({ where: { userId } });
  await queueMail(tx, { text: recoveryCodeUsedText, to: email, userId, params: { left } });
}

function wrongCode(path: readonly string[]): WrongGuess {
  return new WrongGuess(CODE.WRONG_CODE(), ...path);
}
