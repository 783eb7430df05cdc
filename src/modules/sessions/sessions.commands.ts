import { z } from 'zod';
import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import type { Context, ViewerContext } from '../../core/context.ts';
import { invalidInput, type UserErrors } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { checkedText, email as emailField, optional, text } from '../../core/requests/input-fields.ts';
import { newPassword } from '../../core/requests/input-text.ts';
import type { NumberedToken } from '../../core/rights/authentication.ts';
import { requireNoApiToken } from '../../core/rights/session-only.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { actorOf } from '../../core/rows/actor.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { homeFeedOf, userEntity } from '../users/users.changes.ts';
import { isAlive, mayAct, viewerOf, WITH_REACH } from './acting-user.ts';
import { endEveryOutside, endOwnOutside } from './outside-identities/outside-identities.commands.ts';
import { renewed } from './renewal.ts';
import { guessingCode, typedCode } from './second-factor/spent-codes.ts';
import { type Ending, endSessions } from './session-ending.ts';
import { sessionEntity } from './sessions.changes.ts';
import { endOfSignIn, signInRefusal } from './sign-in-allowed.ts';
import { type ProvedPassword, provePassword, wrongSignIn } from './sign-in-password.ts';
import {
  type NewPassword,
  proveFactor,
  renewPassword,
  requirePasswordsAllowed,
  writeSignedIn,
} from './sign-in-requirements.ts';

const SIGN_IN = sentences('INVALID_INPUT', {
  REFRESH_TOKEN_UNUSABLE: 'This refresh token cannot be used: sign in again.',
});

// Invariants of this room: a session begins with a password, for some users with a code beside it, and ends for good, 30
// days later at the latest; each code and each recovery code is good for one use, and a copied refresh token ends its
// session; only users who may act have open sessions; `User.passwordChangedAt` says when the password was changed, from the
// same transaction on. Passwords, tokens and the secrets of authenticators leave this room only in the answer to the client
// that signs in or sets one up.

const SESSION_MS = 30 * 24 * 60 * 60 * 1_000;
/** The sessions that a user may have at a time. */
const MAX_SESSIONS = 100;
const FIRST_TOKEN = 1;

/** The answer to a client that signed in or came back with a refresh token. */
export interface SignedIn {
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken: string;
  readonly viewer: Viewer;
  /** Those of a second factor that the sign-in has put in use. Null: it has not. */
  readonly recoveryCodes: readonly string[] | null;
}

export const signInInput = createInput({
  email: emailField('The e-mail address, in any case'),
  password: checkedText('The password', () => z.string()),
  device: optional(text('The name of the device, which the list of sessions shows', { max: 100 })),
  newPassword: optional(
    checkedText(
      'A new password in the place of the old one. Needed where that does not fit the rules of the tenant or is too old; all other sessions end',
      newPassword,
      ['10 to 200 characters'],
    ),
  ),
  totp: optional(
    checkedText(
      'The code of the authenticator, six digits, each good once, or a recovery code in its place. Needed by users with a second factor; where one is required, the first code confirms the authenticator of `signInEnroll`; ignored for all others',
      () => typedCode,
    ),
  ),
});

/** The arguments of `signIn`. */
export interface SignInArgs {
  readonly input: InputOf<typeof signInInput>;
}

/**
 * Begins a session. Throws the same UserErrors for an unknown address, a wrong password and a user who may not act. After
 * the right password it throws others: for a code that is missing, wrong or spent, and for what the settings of sign-in ask.
 * Throws RATE_LIMITED after too many attempts.
 */
export async function signIn(ctx: Context, { input }: SignInArgs): Promise<Written<SignedIn>> {
  requireNoApiToken(ctx.viewer);
  const { email, password, device = null, newPassword, totp } = parseInput(signInInput, input);
  const code = totp ?? '';
  const proved = await provePassword(ctx, email, password);
  const wanted = newPassword
    ? { password: newPassword, hash: await ctx.authentication.passwords.hash(newPassword, ctx.ip) }
    : null;
  const open = () => ctx.transact((tx) => openSession(tx, ctx, { proved, code, wanted, device }));
  const isGuess = proved.hasAuthenticator && code !== '';
  const { value, cursor } = isGuess ? await guessingCode(ctx, proved.userId, open) : await open();
  return { value: await withAccessToken(ctx, value), cursor };
}

/** The viewer of a sign-in is shown to its client and decides nothing: what is read with it is read as `adopt` finds it. */
const SHOWN_TO_ITSELF = {};

/** An open session, and the number of the refresh token that the client receives. */
interface OpenSession extends NumberedToken {
  readonly viewer: Viewer;
  readonly endsAt: Date;
  readonly recoveryCodes: readonly string[] | null;
}

/** All that a client gave to sign in. */
interface Given {
  readonly proved: ProvedPassword;
  readonly code: string;
  readonly wanted: NewPassword | null;
  /** The name of the device. Null: not given. */
  readonly device: string | null;
}

/**
 * The user stays locked until the commit: a session cannot slip in beside the change that bars the user, nor two with
 * the same code. The settings are read here, so those that are set while a client signs in count too.
 */
async function openSession(
  tx: Transaction,
  ctx: Context,
  { proved, code, wanted, device }: Given,
): Promise<OpenSession> {
  const { userId, passwordHash } = proved;
  await tx.lock(userEntity, userId);
  const found = await tx.db.user.findUnique({
    where: { id: userId },
    include: { ...WITH_REACH, credential: true, secondFactor: true },
  });
  if (!found || !mayAct(found) || found.credential?.passwordHash !== passwordHash) throw wrongSignIn();
  const { tenant, organization, credential: _credential, secondFactor, ...user } = found;
  const settings = await obeyedSettingsOf(tx.db, user.tenantId);
  const rules = settings.signIn;
  requirePasswordsAllowed(rules);
  const isCounted = proved.hasAuthenticator;
  const given = { rules, factor: secondFactor, code, isCounted };
  const { factor, spent, recoveryCodes } = await proveFactor(tx, ctx, given);
  const viewer = viewerOf({ ...user, tenant, organization }, settings, SHOWN_TO_ITSELF);
  tx.actAs(actorOf(viewer));
  const now = ctx.clock.now();
  const changed = await renewPassword(tx, { rules, user, proved, wanted, now });
  const ending = { where: { userId }, feed: homeFeedOf(user), now };
  const isConfirmed = recoveryCodes !== null;
  // A session that was begun without the new password or the code may be a thief's.
  if (wanted || isConfirmed) await endSessions(tx, ending);
  const confirmed = isConfirmed ? { hasSecondFactor: true, recoveryCodesMadeAt: now } : {};
  await writeSignedIn(tx, user, { ...changed, ...spent, ...confirmed });
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  const tenantSuspensions = tenant?.suspensions ?? 0;
  const session = await tx.db.session.create({
    data: {
      userId,
      expiresAt,
      tenantSuspensions,
      provider: 'PASSWORD',
      factor,
      authenticatedAt: now,
      device,
    },
  });
  tx.created(sessionEntity, { ...session, feed: homeFeedOf(user) });
  await endOldest(tx, ending);
  await tx.db.sessionRenewal.create({ data: { sessionId: session.id, renewedAt: now } });
  const endsAt = endOfSignIn({ ...session, renewedAt: now }, rules);
  return { sessionId: session.id, number: FIRST_TOKEN, viewer, endsAt, recoveryCodes };
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
  const { sessionId, number, viewer, endsAt, recoveryCodes } = session;
  const { userId } = viewer;
  const { token, expiresAt } = await authentication.accessTokens.issue({ userId, sessionId, endsAt });
  await adopt(token);
  const refreshToken = authentication.refreshTokens.issue({ sessionId, number });
  return { accessToken: token, expiresAt, refreshToken, viewer, recoveryCodes };
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
  requireNoApiToken(ctx.viewer);
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
  if (!session?.renewal || session.renewal.endedAt || !isAlive(session, session.user, now)) return null;
  const next = renewed(session.renewal, number, now);
  if (!next) {
    log.warn({ sessionId }, 'refresh token reused: session ended');
    await endSessions(tx, { where: { id: sessionId }, feed: homeFeedOf(session.user), now });
    return null;
  }
  if (!mayAct(session.user)) return null;
  const settings = await obeyedSettingsOf(tx.db, session.user.tenantId);
  const { renewedAt } = session.renewal;
  if (signInRefusal({ ...session, renewedAt }, settings.signIn, now)) return null;
  await tx.db.sessionRenewal.update({ where: { sessionId }, data: next });
  const endsAt = endOfSignIn({ ...session, renewedAt: next.renewedAt }, settings.signIn);
  return {
    sessionId,
    number: next.newest,
    viewer: viewerOf(session.user, settings, SHOWN_TO_ITSELF),
    endsAt,
    recoveryCodes: null,
  };
}

/** Ends the session of the request's own token or, of an outside token, its sign-in here. */
export async function signOut(ctx: ViewerContext): Promise<Written<number>> {
  const { sessionId } = ctx;
  return ctx.transact((tx) => (sessionId ? endOwn(tx, ctx, { id: sessionId }) : endOwnOutside(tx, ctx)));
}

/** Ends every session of the viewer, and what was opened with outside tokens. */
export async function signOutEverywhere(ctx: ViewerContext): Promise<Written<number>> {
  return ctx.transact(async (tx) => {
    await endEveryOutside(tx, ctx);
    return endOwn(tx, ctx, {});
  });
}

/** Ends sessions of the viewer. */
export async function endOwn(
  tx: Transaction,
  { viewer, clock }: ViewerContext,
  which: { id?: string | { not: string } },
): Promise<number> {
  const where = { ...which, userId: viewer.userId };
  const ended = await endSessions(tx, { where, feed: viewer.homeFeed, now: clock.now() });
  return ended.length;
}

function unusableToken(): UserErrors {
  return invalidInput(SIGN_IN.REFRESH_TOKEN_UNUSABLE(), 'refreshToken');
}
