import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import type { MailText } from '../../../core/rows/mail-text.ts';
import type { PrismaClient } from '../../../generated/prisma/client.ts';
import { mayAct, WITH_REACH } from '../acting-user.ts';

/** The tokens that an e-mail names. */
const MAX_NAMED = 10;

/**
 * The mail with the link. It is queued for every address; whether a person who may set a password has the address is asked
 * right before it is sent, so the answer to the request tells nothing, and neither does its time.
 */
export const passwordResetText: MailText = {
  key: 'passwordReset',
  subject: 'Set a new password',
  lines: [
    'A new password was asked for, for the account of this address. Set one within an hour:',
    '',
    '{link}',
    '',
    'All sessions end when it is set. API tokens of the account: {tokens}. They stay, unless you end them with it.',
    'If you did not ask for it, ignore this e-mail: nothing has changed.',
  ],
  linkPath: '/password-reset#{token}',
  needsLink: true,
  prepare: async (db, _viewer, params) => {
    const user = await resettable(db, String(params.email));
    const reset = await db.passwordReset.findFirst({ where: { hash: String(params.hash) } });
    if (!user || !reset) return null;
    return { ...params, tokens: await tokensOf(db, user.id) };
  },
};

/** The mail that says that there is a new password. */
export const passwordWasResetText: MailText = {
  key: 'passwordWasReset',
  subject: 'Your password was changed',
  lines: [
    'The password of your account was set by a link that was sent to this address, and all sessions have ended.',
    '',
    'If it was not you, tell your administrator.',
  ],
};

/** The key of the only mail with a link that an address has: with it the mail is found when the address changes hands. */
export function mailKeyOf(email: string): string {
  return `passwordReset ${email}`;
}

/** The user of an address who may set a password by a link; null if there is none. */
async function resettable(db: PrismaClient, email: string): Promise<{ readonly id: string } | null> {
  const user = await db.user.findFirst({ where: { email }, include: WITH_REACH });
  if (!user || user.isServiceAccount || !mayAct(user)) return null;
  const { signIn } = await obeyedSettingsOf(db, user.tenantId);
  return signIn.providers.includes('PASSWORD') ? user : null;
}

/** The names of the API tokens of a user that still act. */
async function tokensOf(db: PrismaClient, userId: string): Promise<string> {
  const where = { userId, revokedAt: null, expiresAt: { gt: new Date() } };
  const found = await db.apiToken.findMany({ where, orderBy: { id: 'asc' }, take: MAX_NAMED + 1 });
  const named = found.slice(0, MAX_NAMED).map(({ name }) => name);
  if (named.length === 0) return 'none';
  return found.length > MAX_NAMED ? `${named.join(', ')} …` : named.join(', ');
}
