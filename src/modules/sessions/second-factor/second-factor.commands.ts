import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import type { Context, ViewerContext } from '../../../core/context.ts';
import { invalidState, unauthenticated } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../../core/requests/input.ts';
import { checkedText, email as emailField } from '../../../core/requests/input-fields.ts';
import { actorOf } from '../../../core/rows/actor.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import type { Credential, SecondFactor, User } from '../../../generated/prisma/client.ts';
import { userEntity } from '../../users/users.changes.ts';
import { mayAct, viewerOf, WITH_REACH } from '../acting-user.ts';
import { proveCurrentPassword, wrongCurrentPassword } from '../current-password.ts';
import { endSessions } from '../session-ending.ts';
import { provePassword, wrongSignIn } from '../sign-in-password.ts';
import { requirePasswordsAllowed } from '../sign-in-requirements.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { guessingCode, spendCode, typedCode } from './spent-codes.ts';
import { type Enrolment, enrolmentOf } from './totp.ts';

const FACTOR = sentences('INVALID_STATE', {
  FACTOR_IN_USE: 'A second factor is in use: disable it first.',
  NOTHING_TO_CONFIRM: 'There is no second factor to confirm: enrol one.',
  NO_FACTOR: 'No second factor is in use.',
  FACTOR_REQUIRED: 'A second factor is required here.',
  ENROLMENT_NOT_REQUIRED: 'No second factor is required here: sign in, and enrol one afterwards.',
});

// Invariants: a user has one second factor at most; `hasSecondFactor` says whether it is confirmed and
// `secondFactorEnrolledAt` when it was set up, from the same transaction on; to replace or remove a confirmed one takes
// both the password and a fresh code; recovery codes exist only with a confirmed one, and each takes the place of one code.

/** RFC 4226, section 4, R6: as long as the output of the hash. */
const SECRET_BYTES = 20;

const PASSWORD_PATH = ['input', 'password'];
const password = checkedText('The password as it is', () => z.string());

export const enrolInput = createInput({ password });

export const signInEnrolInput = createInput({
  email: emailField('The e-mail address, in any case'),
  password,
});

export const disableInput = createInput({
  password,
  code: checkedText('A code of the authenticator that was not used yet, or a recovery code', () => typedCode),
});

/**
 * Makes the viewer a new secret, in the place of an unconfirmed one. Throws UserErrors for a wrong password or where
 * a second factor is in use, and RATE_LIMITED after too many wrong passwords.
 */
export async function enrolTotp(
  ctx: ViewerContext,
  { input }: { readonly input: InputOf<typeof enrolInput> },
): Promise<Written<Enrolment>> {
  const { password } = parseInput(enrolInput, input);
  const passwordHash = await proveCurrentPassword(ctx, password, PASSWORD_PATH);
  return ctx.transact(async (tx) => enrol(tx, ctx, await lockedSelf(tx, ctx, passwordHash)));
}

/**
 * Makes a secret for a user who cannot sign in before one is confirmed, as `enrolTotp` does in a session. Throws UserErrors
 * for a wrong password, where no second factor is required, and where one is in use.
 */
export async function enrolAtSignIn(
  ctx: Context,
  { input }: { readonly input: InputOf<typeof signInEnrolInput> },
): Promise<Written<Enrolment>> {
  const { email, password } = parseInput(signInEnrolInput, input);
  const { userId, passwordHash } = await provePassword(ctx, email, password);
  return ctx.transact(async (tx) => {
    const found = await lockedUser(tx, userId);
    if (!found || found.credential?.passwordHash !== passwordHash || !mayAct(found)) throw wrongSignIn();
    const { credential: _credential, secondFactor, tenant, organization, ...user } = found;
    const settings = await obeyedSettingsOf(tx.db, user.tenantId);
    requirePasswordsAllowed(settings.signIn);
    if (!settings.signIn.isFactorRequired) throw invalidState(FACTOR.ENROLMENT_NOT_REQUIRED(), 'input');
    tx.actAs(actorOf(viewerOf({ ...user, tenant, organization }, settings, {})));
    return enrol(tx, ctx, { user, factor: secondFactor });
  });
}

/** Writes a new secret in the place of an unconfirmed one. */
async function enrol(tx: Transaction, ctx: Context, { user, factor }: Self): Promise<Enrolment> {
  if (factor?.confirmedAt) throw invalidState(FACTOR.FACTOR_IN_USE());
  const secret = randomBytes(SECRET_BYTES);
  const fresh = { sealedSecret: ctx.authentication.secondFactors.encrypt(secret, user.id), lastStep: 0 };
  const where = { userId: user.id };
  await tx.db.secondFactor.upsert({ where, create: { ...where, ...fresh }, update: fresh });
  await writeSelf(tx, user, { secondFactorEnrolledAt: ctx.clock.now() });
  return enrolmentOf(secret, user.email);
}

/** A user with a second factor, and the recovery codes that were made, to be shown once. */
export interface WithCodes {
  readonly user: User;
  readonly recoveryCodes: readonly string[];
}

/**
 * Puts the enrolled secret in use, makes recovery codes and ends the viewer's other sessions; throws UserErrors for a
 * wrong code or where there is nothing to confirm.
 */
export async function confirmTotp(
  ctx: ViewerContext,
  { code: typed }: { readonly code: string },
): Promise<Written<WithCodes>> {
  const code = parseInput({ schema: typedCode }, typed, 'code');
  requirePending(await ownFactor(ctx));
  const confirm = async (tx: Transaction) => {
    const { user, ...own } = await lockedSelf(tx, ctx);
    const factor = requirePending(own.factor);
    await spendCode(tx, ctx, { factor, code, path: ['code'] });
    await tx.db.secondFactor.update({ where: { userId: user.id }, data: { confirmedAt: ctx.clock.now() } });
    if (ctx.sessionId) {
      await tx.db.session.updateMany({ where: { id: ctx.sessionId }, data: { factor: 'TOTP' } });
    }
    // A session that was begun without a code may be a thief's.
    const others = ctx.sessionId ? { id: { not: ctx.sessionId } } : {};
    const where = { ...others, userId: user.id };
    await endSessions(tx, { where, feed: ctx.viewer.homeFeed, now: ctx.clock.now() });
    const recoveryCodes = await makeRecoveryCodes(tx, user.id);
    const state = { hasSecondFactor: true, recoveryCodesMadeAt: ctx.clock.now() };
    return { user: await writeSelf(tx, user, state), recoveryCodes };
  };
  return guessingCode(ctx, ctx.viewer.userId, () => ctx.transact(confirm));
}

/** Removes the viewer's second factor; throws UserErrors for a wrong password or code, or where none is in use. */
export async function disableTotp(
  ctx: ViewerContext,
  { input }: { readonly input: InputOf<typeof disableInput> },
): Promise<Written<User>> {
  const { password, code } = parseInput(disableInput, input);
  requireConfirmed(await ownFactor(ctx));
  const passwordHash = await proveCurrentPassword(ctx, password, PASSWORD_PATH);
  const disable = async (tx: Transaction) => {
    const { user, ...own } = await lockedSelf(tx, ctx, passwordHash);
    const factor = requireConfirmed(own.factor);
    const spent = await spendCode(tx, ctx, { factor, code, path: ['input', 'code'] });
    const { signIn } = await obeyedSettingsOf(tx.db, user.tenantId);
    if (signIn.isFactorRequired) throw invalidState(FACTOR.FACTOR_REQUIRED());
    await tx.db.secondFactor.delete({ where: { userId: user.id } });
    return writeSelf(tx, user, { ...spent, hasSecondFactor: false });
  };
  return guessingCode(ctx, ctx.viewer.userId, () => ctx.transact(disable));
}

/**
 * Makes the viewer recovery codes in the place of all earlier ones; throws UserErrors for a wrong password or code, or where
 * no second factor is in use.
 */
export async function createRecoveryCodes(
  ctx: ViewerContext,
  { input }: { readonly input: InputOf<typeof disableInput> },
): Promise<Written<WithCodes>> {
  const { password, code } = parseInput(disableInput, input);
  requireConfirmed(await ownFactor(ctx));
  const passwordHash = await proveCurrentPassword(ctx, password, PASSWORD_PATH);
  const make = async (tx: Transaction) => {
    const { user, ...own } = await lockedSelf(tx, ctx, passwordHash);
    const factor = requireConfirmed(own.factor);
    const spent = await spendCode(tx, ctx, { factor, code, path: ['input', 'code'] });
    const recoveryCodes = await makeRecoveryCodes(tx, user.id);
    return {
      user: await writeSelf(tx, user, { ...spent, recoveryCodesMadeAt: ctx.clock.now() }),
      recoveryCodes,
    };
  };
  return guessingCode(ctx, ctx.viewer.userId, () => ctx.transact(make));
}

/** A look before the lock: where there is nothing to guess, an attempt must not count as a wrong guess. */
function ownFactor({ db, viewer }: ViewerContext): Promise<SecondFactor | null> {
  return db.secondFactor.findFirst({ where: { userId: viewer.userId } });
}

function requirePending(factor: SecondFactor | null): SecondFactor {
  if (factor && !factor.confirmedAt) return factor;
  throw invalidState(FACTOR.NOTHING_TO_CONFIRM());
}

function requireConfirmed(factor: SecondFactor | null): SecondFactor {
  if (factor?.confirmedAt) return factor;
  throw invalidState(FACTOR.NO_FACTOR());
}

interface Self {
  readonly user: User;
  readonly factor: SecondFactor | null;
}

/** Locks and reads the viewer; throws UserErrors if the password that was proved is not the password any more. */
async function lockedSelf(tx: Transaction, { viewer }: ViewerContext, provedHash?: string): Promise<Self> {
  const found = await lockedUser(tx, viewer.userId);
  if (!found) throw unauthenticated();
  const { credential, secondFactor: factor, tenant: _tenant, organization: _organization, ...user } = found;
  if (!isProved(credential, provedHash)) throw wrongCurrentPassword(PASSWORD_PATH);
  return { user, factor };
}

async function lockedUser(tx: Transaction, id: string) {
  await tx.lock(userEntity, id);
  const include = { ...WITH_REACH, credential: true, secondFactor: true } as const;
  return tx.db.user.findUnique({ where: { id }, include });
}

function isProved(credential: Credential | null, provedHash: string | undefined): boolean {
  return provedHash === undefined || credential?.passwordHash === provedHash;
}

type OwnState = Partial<
  Pick<User, 'hasSecondFactor' | 'secondFactorEnrolledAt' | 'recoveryCodesMadeAt' | 'recoveryCodeUsedAt'>
>;

function writeSelf(tx: Transaction, before: User, state: OwnState): Promise<User> {
  return tx.update(userEntity, before, state);
}
