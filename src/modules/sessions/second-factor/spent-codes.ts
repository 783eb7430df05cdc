import { z } from 'zod';
import type { Context } from '../../../core/context.ts';
import { invalidInput, type UserErrors } from '../../../core/requests/errors.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { SecondFactor } from '../../../generated/prisma/client.ts';
import { stepOfCode } from './totp.ts';

/** A code as people type it: authenticators show it in two halves. */
export const typedCode = z.string().transform((text) => text.replaceAll(/\s/g, ''));

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

function wrongCode(path: readonly string[]): UserErrors {
  return invalidInput('The code is wrong or was used before: wait for the next one.', ...path);
}
