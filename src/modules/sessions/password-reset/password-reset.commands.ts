import { z } from 'zod';
import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import { requirePassword } from '../../../configuration/layers/password-rules.ts';
import type { Context } from '../../../core/context.ts';
import { invalidInput, type UserErrors } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../../core/requests/input.ts';
import { checkedText, defaulted, email as emailField, flag } from '../../../core/requests/input-fields.ts';
import { newPassword } from '../../../core/requests/input-text.ts';
import { linkedActor } from '../../../core/rows/actor.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import { queueMail } from '../../mail/mail.requests.ts';
import { homeFeedOf, userEntity } from '../../users/users.changes.ts';
import { mayAct, WITH_REACH } from '../acting-user.ts';
import { hashOfLinkToken, newLinkToken } from '../link-token.terms.ts';
import { revokeApiTokens } from '../revoked-api-tokens.ts';
import { endSessions } from '../session-ending.ts';
import { requirePasswordsAllowed } from '../sign-in-requirements.ts';
import { mailKeyOf, passwordResetText, passwordWasResetText } from './password-reset-mail.ts';

const RESET = sentences('INVALID_INPUT', {
  RESET_LINK_UNUSABLE: 'This link cannot be used: it is wrong, was used, or has ended. Ask for another one.',
});

// Invariants: a request does the same work for every address, and who has it is found out when the e-mail is sent; an
// address has one link at most, good once and for an hour, and only while the person who may act has that address; a new
// password ends every session, in the same transaction.

const LIFETIME_MS = 60 * 60_000;
/** The time in which a further request changes nothing, so that strangers neither fill a mailbox nor take a link away. */
const PAUSE_MS = 2 * 60_000;

export const passwordResetRequestInput = createInput({
  email: emailField('The e-mail address with which the person signs in, in any case'),
});

export const passwordResetInput = createInput({
  token: checkedText('The token of the link: the part after its `#`', () => z.string()),
  newPassword: checkedText('The new password', newPassword, ['10 to 200 characters']),
  revokeTokens: defaulted(flag('Whether the API tokens of the user are revoked, too'), 'false by default'),
});

/** The arguments of `requestPasswordReset`. */
export interface PasswordResetRequestArgs {
  readonly input: InputOf<typeof passwordResetRequestInput>;
}

/**
 * Sends a link to an address, if a person who may set a password has it. Throws UserErrors for what is no address, and
 * RATE_LIMITED after too many from one network.
 */
export async function requestPasswordReset(
  ctx: Context,
  { input }: PasswordResetRequestArgs,
): Promise<Written<null>> {
  const { email } = parseInput(passwordResetRequestInput, input);
  await ctx.authentication.throttle.ask(ctx.ip);
  const token = newLinkToken();
  const hash = String(hashOfLinkToken(token));
  return ctx.transact(async (tx) => {
    const now = ctx.clock.now();
    const earlier = new Date(now.getTime() - PAUSE_MS);
    const written = await tx.db.$executeRaw`
      INSERT INTO password_reset (email, hash, created_at, expires_at)
      VALUES (${email}, ${hash}, ${now}, ${new Date(now.getTime() + LIFETIME_MS)})
      ON CONFLICT (email) DO UPDATE
        SET hash = excluded.hash, created_at = excluded.created_at, expires_at = excluded.expires_at
        WHERE password_reset.created_at <= ${earlier}`;
    if (written === 0) return null;
    const secrets = { params: { token }, cipher: ctx.ciphers.mailSecrets };
    const uniqueKey = mailKeyOf(email);
    await tx.db.mailMessage.deleteMany({ where: { uniqueKey } });
    const mail = { text: passwordResetText, to: email, userId: null, params: { email, hash }, secrets };
    await queueMail(tx, { ...mail, uniqueKey });
    return null;
  });
}

/** The arguments of `resetPassword`. */
export interface PasswordResetArgs {
  readonly input: InputOf<typeof passwordResetInput>;
}

/**
 * Sets the password of the person to whom the link was sent, and ends all of the person's sessions. Returns how many.
 * Throws UserErrors for a link that cannot be used and for a password that will not do, which leaves the link as it is.
 */
export async function resetPassword(ctx: Context, { input }: PasswordResetArgs): Promise<Written<number>> {
  const { token, newPassword: wanted, revokeTokens } = parseInput(passwordResetInput, input);
  const hash = hashOfLinkToken(token);
  const reset = hash && (await ctx.db.passwordReset.findFirst({ where: { hash } }));
  if (!reset) throw unusableLink();
  const passwordHash = await ctx.authentication.passwords.hash(wanted, ctx.ip);
  const { email } = reset;
  return ctx.transact(async (tx) => {
    const user = await lockedUserOf(tx, email);
    if (!user) throw unusableLink();
    const now = ctx.clock.now();
    const { count } = await tx.db.passwordReset.deleteMany({ where: { hash, expiresAt: { gt: now } } });
    if (count === 0) throw unusableLink();
    const { tenant: _tenant, organization: _organization, ...row } = user;
    const { signIn } = await obeyedSettingsOf(tx.db, row.tenantId);
    requirePasswordsAllowed(signIn);
    requirePassword(signIn, wanted, ['input', 'newPassword']);
    tx.actAs(linkedActor(row));
    const where = { userId: row.id };
    await tx.db.credential.upsert({
      where,
      create: { ...where, passwordHash },
      update: { passwordHash },
    });
    await tx.update(userEntity, row, { passwordChangedAt: now });
    const ended = await endSessions(tx, { where, feed: homeFeedOf(row), now });
    if (revokeTokens) await revokeApiTokens(tx, row.id, now);
    await queueMail(tx, { text: passwordWasResetText, to: email, userId: row.id, params: {} });
    return ended.length;
  });
}

/** Locks and reads the person who has an address and may act; null if there is none. */
async function lockedUserOf(tx: Transaction, email: string) {
  const found = await tx.db.user.findUnique({ where: { email }, select: { id: true } });
  if (!found) return null;
  await tx.lock(userEntity, found.id);
  const user = await tx.db.user.findUnique({ where: { id: found.id }, include: WITH_REACH });
  return user && user.email === email && !user.isServiceAccount && mayAct(user) ? user : null;
}

function unusableLink(): UserErrors {
  return invalidInput(RESET.RESET_LINK_UNUSABLE(), 'input', 'token');
}
