import { z } from 'zod';
import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import type { Context, ViewerContext } from '../../core/context.ts';
import { invalidInput, invalidState, type UserErrors } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { checkedText, email as emailField, optional } from '../../core/requests/input-fields.ts';
import { newPassword } from '../../core/requests/input-text.ts';
import { type NumberedToken, WrongGuess } from '../../core/rights/authentication.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { actorOf } from '../../core/rows/actor.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { homeFeedOf, userEntity } from '../users/users.changes.ts';
import { isAlive, mayAct, viewerOf, WITH_REACH } from './acting-user.ts';
import { proveCurrentPassword, wrongCurrentPassword } from './current-password.ts';
import { renewed } from './renewal.ts';
import { guessingCode, spendCode, typedCode } from './second-factor/spent-codes.ts';
import { type Ending, endSessions } from './session-ending.ts';
import { sessionEntity } from './sessions.changes.ts';

const SIGN_IN = sentences('INVALID_INPUT', {
  WRONG_SIGN_IN: 'The e-mail address or the password is wrong.',
  CODE_NEEDED: 'The code of your authenticator is needed.',
  REFRESH_TOKEN_UNUSABLE: 'This refresh token cannot be used: sign in again.',
});
const SESSION = sentences('INVALID_STATE', {
  TOKEN_OF_ANOTHER_ISSUER: 'This token was issued elsewhere and belongs to no session: sign out there.',
});

// Invariants of this room: a session begins with a password, for some users with a code beside it, and ends for good, 30
// days later at the latest; each code is good for one use, and a copied refresh token ends its session; only users who may
// act have open sessions; `User.passwordChangedAt` says when the password was changed, from the same transaction on.
// Passwords, tokens and the secrets of authenticators leave this room only in the answer to the client that signs in or
// sets one up.

const SESSION_MS = 30 * 24 * 60 * 60 * 1_000;
/** The sessions that a user may have at a time. */
const MAX_SESSIONS = 100;
const FIRST_TOKEN = 1;
const TOTP_PATH = ['input', 'totp'];

/** The answer to a client that signed in or came back with a refresh token. */
export interface SignedIn {
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken: string;
  readonly viewer: Viewer;
}

export const signInInput = createInput({
  email: emailField('The e-mail address, in any case'),
  password: checkedText('The password', () => z.string()),
  totp: optional(
    checkedText(
      'The code of the authenticator, six digits, each good once. Needed by users with a second factor and ignored for all others',
      () => typedCode,
    ),
  ),
});

/** The arguments of `signIn`. */
export interface SignInArgs {
  readonly input: InputOf<typeof signInInput>;
}

/**
 * Begins a session. Throws the same UserErrors for an unknown address, a wrong password and a user who may not act; only
 * after the right password others for a code that is missing, wrong or spent; and RATE_LIMITED after too many.
 */
export async function signIn(ctx: Context, { input }: SignInArgs): Promise<Written<SignedIn>> {
  const { email, password, totp } = parseInput(signInInput, input);
  const code = totp ?? '';
  const proved = await provePassword(ctx, email, password);
  const open = () => ctx.transact((tx) => openSession(tx, ctx, proved, code));
  const isGuess = proved.hasSecondFactor && code !== '';
  const { value, cursor } = isGuess ? await guessingCode(ctx, proved.userId, open) : await open();
  return { value: await withAccessToken(ctx, value), cursor };
}

interface ProvedPassword {
  readonly userId: string;
  readonly passwordHash: string;
  readonly hasSecondFactor: boolean;
}

/** A user who may not act is refused here too: a right password that does not count as a failure would show itself. */
function provePassword(ctx: Context, email: string, password: string): Promise<ProvedPassword> {
  const { throttle, passwords } = ctx.authentication;
  return throttle.guess({ kind: 'PASSWORD', account: email, ip: ctx.ip }, async () => {
    const found = await ctx.db.credential.findFirst({
      where: { user: { email } },
      include: { user: { include: WITH_REACH } },
    });
    const isRight = await passwords.verify(found?.passwordHash ?? null, password, ctx.ip);
    if (!found || !isRight || !mayAct(found.user)) throw wrongPassword();
    const { userId, passwordHash, user } = found;
    return { userId, passwordHash, hasSecondFactor: user.hasSecondFactor };
  });
}

/** The viewer of a sign-in is shown to its client and decides nothing: what is read with it is read as `adopt` finds it. */
const SHOWN_TO_ITSELF = {};

/** An open session, and the number of the refresh token that the client receives. */
interface OpenSession extends NumberedToken {
  readonly viewer: Viewer;
}

/**
 * The user stays locked until the commit: a session cannot slip in beside the change that bars the user, nor two with
 * the same code. Throws UserErrors if a code is needed and there is none.
 */
async function openSession(
  tx: Transaction,
  ctx: Context,
  { userId, passwordHash, hasSecondFactor }: ProvedPassword,
  code: string,
): Promise<OpenSession> {
  await tx.lock(userEntity, userId);
  const user = await tx.db.user.findUnique({
    where: { id: userId },
    include: { ...WITH_REACH, credential: true, secondFactor: true },
  });
  if (!user || !mayAct(user) || user.credential?.passwordHash !== passwordHash) throw wrongPassword();
  const { secondFactor: factor } = user;
  if (factor?.confirmedAt) {
    // A factor that was confirmed a moment ago: its codes are not counted yet.
    if (code === '' || !hasSecondFactor) throw codeNeeded();
    await spendCode(tx, ctx, { factor, code, path: TOTP_PATH });
  }
  const viewer = viewerOf(user, await obeyedSettingsOf(tx.db, user.tenantId), SHOWN_TO_ITSELF);
  tx.actAs(actorOf(viewer));
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  const tenantSuspensions = user.tenant?.suspensions ?? 0;
  const session = await tx.db.session.create({ data: { userId, expiresAt, tenantSuspensions } });
  tx.created(sessionEntity, { ...session, feed: homeFeedOf(user) });
  await endOldest(tx, { where: { userId }, feed: homeFeedOf(user), now });
  await tx.db.sessionRenewal.create({ data: { sessionId: session.id, renewedAt: now } });
  return { sessionId: session.id, number: FIRST_TOKEN, viewer };
}

/** Ends the oldest sessions of a user who has more than enough, so that signing in again and again fills no table. */
async function endOldest(tx: Transaction, ending: Ending): Promise<void> {
  const excess = await tx.db.session.findMany({
    where: { ...ending.where, revokedAt: null },
    orderBy: { id: 'desc' },
    skip: MAX_SESSIONS,
    select: { id: true },
  });
  if (excess.length === 0) return;
  await endSessions(tx, { ...ending, where: { id: { in: excess.map(({ id }) => id) } } });
}

/** Signs the rest of the operation in too, and prolongs the socket over which it came. */
async function withAccessToken({ authentication, adopt }: Context, session: OpenSession): Promise<SignedIn> {
  const { sessionId, number, viewer } = session;
  const { token, expiresAt } = await authentication.accessTokens.issue({ userId: viewer.userId, sessionId });
  await adopt(token);
  const refreshToken = authentication.refreshTokens.issue({ sessionId, number });
  return { accessToken: token, expiresAt, refreshToken, viewer };
}

/** The arguments of `refreshTokens`. */
export interface RefreshArgs {
  readonly refreshToken: string;
}

/**
 * Exchanges a refresh token for the next one and an access token. Throws UserErrors for one that cannot be used; one
 * that was copied ends its session, for the owner and the thief alike.
 */
export async function refreshTokens(ctx: Context, { refreshToken }: RefreshArgs): Promise<Written<SignedIn>> {
  const token = ctx.authentication.refreshTokens.read(refreshToken);
  if (!token) throw unusableToken();
  const { value, cursor } = await ctx.transact((tx) => continueSession(tx, ctx, token));
  // Refused only here: a throw inside would roll the end of the session back.
  if (!value) throw unusableToken();
  return { value: await withAccessToken(ctx, value), cursor };
}

async function continueSession(
  tx: Transaction,
  { clock, log }: Context,
  { sessionId, number }: NumberedToken,
): Promise<OpenSession | null> {
  const now = clock.now();
  await tx.lock(sessionEntity, sessionId);
  const session = await tx.db.session.findUnique({
    where: { id: sessionId },
    include: { renewal: true, user: { include: WITH_REACH } },
  });
  if (!session?.renewal || !isAlive(session, session.user, now)) return null;
  const next = renewed(session.renewal, number, now);
  if (!next) {
    log.warn({ sessionId }, 'refresh token reused: session ended');
    await endSessions(tx, { where: { id: sessionId }, feed: homeFeedOf(session.user), now });
    return null;
  }
  if (!mayAct(session.user)) return null;
  await tx.db.sessionRenewal.update({ where: { sessionId }, data: next });
  const settings = await obeyedSettingsOf(tx.db, session.user.tenantId);
  return { sessionId, number: next.newest, viewer: viewerOf(session.user, settings, SHOWN_TO_ITSELF) };
}

/** Ends the session of the request's own token; throws UserErrors for a token that belongs to none. */
export async function signOut(ctx: ViewerContext): Promise<Written<number>> {
  const { sessionId } = ctx;
  if (!sessionId) throw noSession();
  return ctx.transact((tx) => endOwn(tx, ctx, { id: sessionId }));
}

/** Ends every session of the viewer. */
export async function signOutEverywhere(ctx: ViewerContext): Promise<Written<number>> {
  return ctx.transact((tx) => endOwn(tx, ctx, {}));
}

export const passwordChangeInput = createInput({
  currentPassword: checkedText('The password as it is', () => z.string()),
  newPassword: checkedText('The new one', newPassword, ['10 to 200 characters']),
  totp: optional(
    checkedText('An unused code of the authenticator. Needed by users with a second factor', () => typedCode),
  ),
});

/** The arguments of `changePassword`. */
export interface PasswordChangeArgs {
  readonly input: InputOf<typeof passwordChangeInput>;
}

/**
 * Sets the viewer's password and ends the viewer's other sessions. Throws UserErrors for a wrong current password or
 * a new one that will not do, and RATE_LIMITED after too many wrong ones.
 */
export async function changePassword(
  ctx: ViewerContext,
  { input }: PasswordChangeArgs,
): Promise<Written<number>> {
  const { currentPassword, newPassword: wanted, totp } = parseInput(passwordChangeInput, input);
  const path = ['input', 'currentPassword'];
  const passwordHash = await proveCurrentPassword(ctx, currentPassword, path);
  const newHash = await ctx.authentication.passwords.hash(wanted, ctx.ip);
  const { userId } = ctx.viewer;
  const code = totp ?? '';
  const change = async (tx: Transaction) => {
    await tx.lock(userEntity, userId);
    await requireCode(tx, ctx, userId, code);
    const { count } = await tx.db.credential.updateMany({
      where: { userId, passwordHash },
      data: { passwordHash: newHash },
    });
    if (count === 0) throw wrongCurrentPassword(path);
    const user = await tx.db.user.findUniqueOrThrow({ where: { id: userId } });
    await tx.update(userEntity, user, { passwordChangedAt: ctx.clock.now() });
    return endOwn(tx, ctx, ctx.sessionId ? { id: { not: ctx.sessionId } } : {});
  };
  if (code === '') return ctx.transact(change);
  return guessingCode(ctx, userId, () => ctx.transact(change));
}

/** Spends a code of a locked user who has a second factor; throws UserErrors for one that is missing or wrong. */
async function requireCode(tx: Transaction, ctx: Context, userId: string, code: string): Promise<void> {
  const factor = await tx.db.secondFactor.findUnique({ where: { userId } });
  if (!factor?.confirmedAt) return;
  if (code === '') throw codeNeeded();
  await spendCode(tx, ctx, { factor, code, path: TOTP_PATH });
}

async function endOwn(
  tx: Transaction,
  { viewer, clock }: ViewerContext,
  which: { id?: string | { not: string } },
): Promise<number> {
  const where = { ...which, userId: viewer.userId };
  const ended = await endSessions(tx, { where, feed: viewer.homeFeed, now: clock.now() });
  return ended.length;
}

function wrongPassword(): WrongGuess {
  return new WrongGuess(SIGN_IN.WRONG_SIGN_IN(), 'input');
}

function codeNeeded(): UserErrors {
  return invalidInput(SIGN_IN.CODE_NEEDED(), ...TOTP_PATH);
}

function unusableToken(): UserErrors {
  return invalidInput(SIGN_IN.REFRESH_TOKEN_UNUSABLE(), 'refreshToken');
}

function noSession(): UserErrors {
  return invalidState(SESSION.TOKEN_OF_ANOTHER_ISSUER());
}
