import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import type { MailText } from '../../../core/rows/mail-text.ts';
import type { PrismaClient } from '../../../generated/prisma/client.ts';
import { type ActingUser, mayAct, WITH_REACH } from '../acting-user.ts';

/** The tokens that an e-mail names. */
const MAX_NAMED = 10;

/**
 * The mail with the link. It is queued for every address; whether a person who may set a password has the address, or one
 * who is invited, is asked right before it is sent, so the answer to the request tells nothing, and neither does its time.
 */
export const passwordResetText: MailText = {
  key: 'passwordReset',
  subject: '{subject}',
  lines: [
    '{sentence}',
    '',
    '{link}',
    '',
    '{consequence}',
    'If you did not ask for it, ignore this e-mail: nothing has changed.',
  ],
  linkPath: '/{page}#{token}',
  needsLink: true,
  prepare: async (db, _viewer, params) => {
    const email = String(params.email);
    const reset = await db.passwordReset.findFirst({ where: { hash: String(params.hash) } });
    if (!reset) return null;
    const user = await db.user.findFirst({ where: { email }, include: WITH_REACH });
    if (!user) return (await isInvited(db, email)) ? { ...params, ...INVITED } : null;
    if (!(await mayReset(db, user))) return null;
    return { ...params, ...FORGOTTEN, consequence: consequenceOf(await tokensOf(db, user.id)) };
  },
};

const FORGOTTEN = {
  page: 'password-reset',
  subject: 'Set a new password',
  sentence: 'A new password was asked for, for the account of this address. Set one within an hour:',
};

/** A person who is invited only has no password: a link to set one would be a way around the invitation. */
const INVITED = {
  page: 'invitation',
  subject: 'Accept your invitation',
  sentence:
    'A new password was asked for. You have no account yet, but an open invitation. Accept it within an hour:',
  consequence: 'You choose your name and your password there.',
};

function consequenceOf(tokens: string): string {
  return `All sessions end when it is set. API tokens of the account: ${tokens}. They stay, unless you end them with it.`;
}

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

/** Whether a user may set a password by a link. */
async function mayReset(db: PrismaClient, user: ActingUser): Promise<boolean> {
  if (user.isServiceAccount || !mayAct(user)) return false;
  const { signIn } = await obeyedSettingsOf(db, user.tenantId);
  return signIn.providers.includes('PASSWORD');
}

async function isInvited(db: PrismaClient, email: string): Promise<boolean> {
  const where = { email, status: 'PENDING', expiresAt: { gt: new Date() } } as const;
  return (await db.invitation.findFirst({ where, select: { id: true } })) !== null;
}

/** The names of the API tokens of a user that still act. */
async function tokensOf(db: PrismaClient, userId: string): Promise<string> {
  const where = { userId, revokedAt: null, expiresAt: { gt: new Date() } };
  const found = await db.apiToken.findMany({ where, orderBy: { id: 'asc' }, take: MAX_NAMED + 1 });
  const named = found.slice(0, MAX_NAMED).map(({ name }) => name);
  if (named.length === 0) return 'none';
  return found.length > MAX_NAMED ? `${named.join(', ')} …` : named.join(', ');
}
