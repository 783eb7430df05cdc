import { z } from 'zod';
import type { Context } from '../../../core/context.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { WrongGuess } from '../../../core/rights/authentication.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { SecondFactor } from '../../../generated/prisma/client.ts';
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

/**
 * Spends a code: each is good once, and so are all before it. Throws UserErrors at `path` for a wrong or spent one.
 * The user must be locked and the factor read after that, or two requests could spend the same code.
 */
export async function spendCode(
  tx: Transaction,
  { authentication, clock }: Context,
  { factor, code, path }: { factor: SecondFactor; code: string; path: readonly string[] },
): Promise<void> {
  const { userId, sealedSecret, lastStep } = factor;
  const secret = authentication.secondFactors.decrypt(sealedSecret, userId);
  const step = stepOfCode(secret, code, { now: clock.now(), lastStep });
  if (step === null) throw wrongCode(path);
  await tx.db.secondFactor.update({ where: { userId }, data: { lastStep: step } });
}

function wrongCode(path: readonly string[]): WrongGuess {
  return new WrongGuess(CODE.WRONG_CODE(), ...path);
}
