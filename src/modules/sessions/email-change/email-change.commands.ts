import { z } from 'zod';
import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import type { Context, ViewerContext } from '../../../core/context.ts';
import { alreadyExists, invalidInput, type UserErrors } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../../core/requests/input.ts';
import { checkedText, email as emailField, optional } from '../../../core/requests/input-fields.ts';
import { linkedActor } from '../../../core/rows/actor.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { queueMail } from '../../mail/mail.requests.ts';
import { userEntity } from '../../users/users.changes.ts';
import { mayAct, WITH_REACH } from '../acting-user.ts';
import { proveCurrentPassword, wrongCurrentPassword } from '../current-password.ts';
import { hashOfLinkToken, newLinkToken } from '../link-token.terms.ts';
import { requireCode } from '../password-change.commands.ts';
import { guessingCode, typedCode } from '../second-factor/spent-codes.ts';
import { requirePasswordsAllowed } from '../sign-in-requirements.ts';
import { forgetEmailChange } from './email-change.reactions.ts';
import {
  emailChangeText,
  emailChangeToldText,
  emailWasChangedText,
  mailKeysOf,
} from './email-change-mail.ts';

const CHANGE = sentences('INVALID_INPUT', {
  EMAIL_UNCHANGED: 'This is your address already.',
  EMAIL_LINK_UNUSABLE: 'This link cannot be used: it is wrong, was used, or has ended. Ask for another one.',
});
const TAKEN = sentences('ALREADY_EXISTS', {
  NEW_ADDRESS_TAKEN: 'This address has an account already: choose another one.',
});

// Invariants: a user has one change of its address at most, which waits for an hour; each of its two links is good once; the
// address changes only by the link that was sent to the new one. The answer to a request is the same for every address, and
// whether one is taken is found out by the link, which only the person who receives e-mails there has.

const LIFETIME_MS = 60 * 60_000;
const PASSWORD_PATH = ['input', 'password'];

export const emailChangeRequestInput = createInput({
  email: emailField('The new e-mail address'),
  password: checkedText('The password as it is', () => z.string()),
  totp: optional(
    checkedText(
      'An unused code of the authenticator, or a recovery code. Needed by users with a second factor',
      () => typedCode,
    ),
  ),
});

export const emailLinkInput = createInput({
  token: checkedText('The token of the link: the part after its `#`', () => z.string()),
});

/** The arguments of `requestEmailChange`. */
export interface EmailChangeRequestArgs {
  readonly input: InputOf<typeof emailChangeRequestInput>;
}

/** The arguments of the commands that a link leads to. */
export interface EmailLinkArgs {
  readonly input: InputOf<typeof emailLinkInput>;
}

/**
 * Sends a link to the new address of the viewer, and another one to the old address; an earlier change ends. Throws UserErrors
 * for what is no address, the present address, a wrong password or code, and RATE_LIMITED after too many.
 */
export async function requestEmailChange(
  ctx: ViewerContext,
  { input }: EmailChangeRequestArgs,
): Promise<Written<null>> {
  const { email, password, totp } = parseInput(emailChangeRequestInput, input);
  const passwordHash = await proveCurrentPassword(ctx, password, PASSWORD_PATH);
  await ctx.authentication.throttle.ask(ctx.ip);
  const { userId } = ctx.viewer;
  const code = totp ?? '';
  const request = async (tx: Transaction) => {
    await tx.lock(userEntity, userId);
    const { signIn } = await obeyedSettingsOf(tx.db, ctx.viewer.tenantId);
    requirePasswordsAllowed(signIn);
    const found = await tx.db.user.findUnique({ where: { id: userId }, include: { credential: true } });
    if (found?.credential?.passwordHash !== passwordHash) throw wrongCurrentPassword(PASSWORD_PATH);
    const { credential: _credential, ...user } = found;
    if (user.email === email) throw invalidInput(CHANGE.EMAIL_UNCHANGED(), 'input', 'email');
    const spent = await requireCode(tx, ctx, userId, code);
    if (spent.recoveryCodeUsedAt) await tx.update(userEntity, user, spent);
    await sendLinks(tx, ctx, user, email);
    return null;
  };
  if (code === '') return ctx.transact(request);
  return guessingCode(ctx, userId, () => ctx.transact(request));
}

/** Writes the change of a locked user, and queues its two e-mails. */
async function sendLinks(tx: Transaction, ctx: Context, user: User, email: string): Promise<void> {
  const { id: userId } = user;
  await forgetEmailChange(tx, userId);
  const [token, withdrawal] = [newLinkToken(), newLinkToken()];
  const [hash, withdrawalHash] = [String(hashOfLinkToken(token)), String(hashOfLinkToken(withdrawal))];
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  await tx.db.emailChange.create({
    data: { userId, email, hash, withdrawalHash, createdAt: now, expiresAt },
  });
  const { confirms, withdraws } = mailKeysOf(userId);
  const sealed = (params: { token: string }) => ({ params, cipher: ctx.ciphers.mailSecrets });
  await queueMail(tx, {
    ...{ text: emailChangeText, to: email, userId, params: { hash } },
    ...{ secrets: sealed({ token }), uniqueKey: confirms },
  });
  await queueMail(tx, {
    ...{ text: emailChangeToldText, to: user.email, userId, params: { hash: withdrawalHash, email } },
    ...{ secrets: sealed({ token: withdrawal }), uniqueKey: withdraws },
  });
}

/**
 * Gives the person to whom the link was sent its new address, and tells the old one. Throws UserErrors for a link that cannot
 * be used, and for an address that another user has meanwhile, of whom it says nothing.
 */
export async function confirmEmailChange(
  ctx: Context,
  { input }: EmailLinkArgs,
): Promise<Written<{ readonly email: string }>> {
  const hash = hashOfLinkToken(parseInput(emailLinkInput, input).token);
  const found = hash && (await ctx.db.emailChange.findFirst({ where: { hash } }));
  if (!found) throw unusableLink();
  return ctx.transact(async (tx) => {
    await tx.lock(userEntity, found.userId);
    const where = { hash, expiresAt: { gt: ctx.clock.now() } };
    const change = await tx.db.emailChange.findFirst({
      where,
      include: { user: { include: WITH_REACH } },
    });
    if (!change || !mayAct(change.user)) throw unusableLink();
    const { email } = change;
    const { tenant: _tenant, organization: _organization, ...user } = change.user;
    await requireFree(tx, email);
    tx.actAs(linkedActor(user));
    const { email: old, id: userId } = user;
    // A reaction deletes the change, in this transaction.
    await tx.update(userEntity, user, { email });
    await queueMail(tx, { text: emailWasChangedText, to: old, userId, params: { email } });
    return { email };
  });
}

/** Of several users who wait for an address the first one gets it. The index has the last word. */
async function requireFree({ db }: Transaction, email: string): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('emailChange'), hashtext(${email}))`;
  const other = await db.user.findFirst({ where: { email }, select: { id: true } });
  if (other) throw alreadyExists(TAKEN.NEW_ADDRESS_TAKEN(), 'input', 'token');
}

/** Ends a change by the link that was sent to the old address; throws UserErrors for a link that cannot be used. */
export async function withdrawEmailChange(ctx: Context, { input }: EmailLinkArgs): Promise<Written<null>> {
  const withdrawalHash = hashOfLinkToken(parseInput(emailLinkInput, input).token);
  const found = withdrawalHash && (await ctx.db.emailChange.findFirst({ where: { withdrawalHash } }));
  if (!found) throw unusableLink();
  return ctx.transact(async (tx) => {
    await tx.lock(userEntity, found.userId);
    const where = { withdrawalHash, expiresAt: { gt: ctx.clock.now() } };
    const change = await tx.db.emailChange.findFirst({ where, select: { userId: true } });
    if (!change) throw unusableLink();
    await forgetEmailChange(tx, change.userId);
    return null;
  });
}

function unusableLink(): UserErrors {
  return invalidInput(CHANGE.EMAIL_LINK_UNUSABLE(), 'input', 'token');
}
