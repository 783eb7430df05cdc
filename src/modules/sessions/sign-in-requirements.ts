import { isPasswordAllowed, requirePassword } from '../../configuration/layers/password-rules.ts';
import type { SignInRules } from '../../configuration/layers/sign-in-rules.ts';
import type { Context } from '../../core/context.ts';
import { invalidInput, invalidState, type UserErrors } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { SecondFactor, SignInFactor, User } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { makeRecoveryCodes } from './second-factor/recovery-codes.ts';
import { type SpentCode, spendCode } from './second-factor/spent-codes.ts';
import type { ProvedPassword } from './sign-in-password.ts';

const INPUT = sentences('INVALID_INPUT', {
  CODE_NEEDED: 'The code of your authenticator is needed.',
  PASSWORD_UNCHANGED: 'The new password is the old one.',
});
const STATE = sentences('INVALID_STATE', {
  PASSWORDS_NOT_ALLOWED: 'Your users do not sign in with passwords: use another way.',
  AUTHENTICATOR_NEEDED:
    'A second factor is required: get the secret of an authenticator from `signInEnroll`, and sign in with a code of it.',
  PASSWORD_TOO_WEAK: 'The password does not fit the rules any more: sign in with a `newPassword` as well.',
  PASSWORD_TOO_OLD: 'The password is older than {days} days: sign in with a `newPassword` as well.',
});

const DAY_MS = 24 * 60 * 60_000;
const TOTP_PATH = ['input', 'totp'];

/** Refuses the sign-in with a password where it is no way to sign in; throws UserErrors. */
export function requirePasswordsAllowed({ providers }: SignInRules): void {
  if (!providers.includes('PASSWORD')) throw invalidState(STATE.PASSWORDS_NOT_ALLOWED(), 'input');
}

/** The second factor of a user, and the code that it gives. */
interface FactorGiven {
  readonly rules: SignInRules;
  readonly factor: SecondFactor | null;
  readonly code: string;
  /** Whether the throttle counts the code. */
  readonly isCounted: boolean;
}

/** The factor that a user has proved, and what that changes. */
export interface ProvedFactor {
  /** Null: none is needed. */
  readonly factor: SignInFactor | null;
  readonly spent: SpentCode;
  /** The recovery codes of a factor that was confirmed by it, to be shown once. Null: it was in use already. */
  readonly recoveryCodes: readonly string[] | null;
}

/**
 * Spends a code where the user has a second factor or must have one: the first code of a required authenticator confirms
 * it. Throws UserErrors where one is missing.
 */
export async function proveFactor(
  tx: Transaction,
  ctx: Context,
  { rules, factor, code, isCounted }: FactorGiven,
): Promise<ProvedFactor> {
  if (!factor?.confirmedAt && !rules.isFactorRequired)
    return { factor: null, spent: {}, recoveryCodes: null };
  if (!factor || (code === '' && !factor.confirmedAt))
    throw invalidState(STATE.AUTHENTICATOR_NEEDED(), 'input');
  // Of a factor that is a moment old the throttle does not count the codes yet.
  if (code === '' || !isCounted) throw codeNeeded();
  const spent = await spendCode(tx, ctx, { factor, code, path: TOTP_PATH });
  if (factor.confirmedAt) return { factor: 'TOTP', spent, recoveryCodes: null };
  const { userId } = factor;
  await tx.db.secondFactor.update({ where: { userId }, data: { confirmedAt: ctx.clock.now() } });
  return { factor: 'TOTP', spent, recoveryCodes: await makeRecoveryCodes(tx, userId) };
}

/** Refuses a sign-in without a code; the path is that of every input with one. */
export function codeNeeded(): UserErrors {
  return invalidInput(INPUT.CODE_NEEDED(), ...TOTP_PATH);
}

/** The password that a user has proved, and the new one that it gives. */
interface PasswordGiven {
  readonly rules: SignInRules;
  readonly user: User;
  readonly proved: ProvedPassword;
  readonly wanted: NewPassword | null;
  readonly now: Date;
}

/** A new password and its hash. */
export interface NewPassword {
  readonly password: string;
  readonly hash: string;
}

/**
 * Replaces the password that the user has proved by the new one; without a new one throws UserErrors for a password that
 * the rules do not allow or that is too old.
 */
export async function renewPassword(
  tx: Transaction,
  { rules, user, proved, wanted, now }: PasswordGiven,
): Promise<Partial<Pick<User, 'passwordChangedAt'>>> {
  if (!wanted) {
    if (!isPasswordAllowed(rules, proved.password)) throw invalidState(STATE.PASSWORD_TOO_WEAK(), 'input');
    const { maxAgeDays: days } = rules;
    const changedAt = user.passwordChangedAt ?? user.createdAt;
    if (days !== null && changedAt.getTime() + days * DAY_MS <= now.getTime()) {
      throw invalidState(STATE.PASSWORD_TOO_OLD({ days }), 'input');
    }
    return {};
  }
  const path = ['input', 'newPassword'];
  requirePassword(rules, wanted.password, path);
  requireOtherPassword(proved.password, wanted.password, path);
  await tx.db.credential.update({ where: { userId: user.id }, data: { passwordHash: wanted.hash } });
  return { passwordChangedAt: now };
}

/** Refuses a new password that is the old one; throws UserErrors. Two keyboards may send it in different code points. */
export function requireOtherPassword(old: string, wanted: string, path: readonly string[]): void {
  if (old.normalize('NFC') === wanted.normalize('NFC'))
    throw invalidInput(INPUT.PASSWORD_UNCHANGED(), ...path);
}

/** Writes what a sign-in changes of its user; nothing, mostly. */
export async function writeSignedIn(tx: Transaction, user: User, state: Partial<User>): Promise<void> {
  if (Object.keys(state).length > 0) await tx.update(userEntity, user, state);
}
