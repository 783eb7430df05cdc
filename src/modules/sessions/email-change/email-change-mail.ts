import type { MailText } from '../../../core/rows/mail-text.ts';
import type { PrismaClient } from '../../../generated/prisma/client.ts';

/** The mail to the new address, with the link that confirms it. */
export const emailChangeText: MailText = {
  key: 'emailChange',
  subject: 'Confirm your new e-mail address',
  lines: [
    'A user of the product wants to sign in with this address. If it is you, confirm it within an hour:',
    '',
    '{link}',
    '',
    'If you did not ask for it, ignore this e-mail: nothing has changed.',
  ],
  linkPath: '/email-change#{token}',
  needsLink: true,
  prepare: async (db, _viewer, params) =>
    (await isWaiting(db, { hash: String(params.hash) })) ? params : null,
};

/** The mail to the old address, with the link that withdraws the change. */
export const emailChangeToldText: MailText = {
  key: 'emailChangeTold',
  subject: 'Another e-mail address was asked for',
  lines: [
    'Your account is to have the address {email}, as soon as it is confirmed there. If it was not you, withdraw it within an hour, and set another password:',
    '',
    '{link}',
  ],
  linkPath: '/email-change-withdrawal#{token}',
  needsLink: true,
  prepare: async (db, _viewer, params) =>
    (await isWaiting(db, { withdrawalHash: String(params.hash) })) ? params : null,
};

/** The mail to the old address that says that the new one is in use. */
export const emailWasChangedText: MailText = {
  key: 'emailWasChanged',
  subject: 'Your e-mail address was changed',
  lines: [
    'Your account has the address {email} now, and is not reached at this one any more.',
    '',
    'If it was not you, tell your administrator.',
  ],
};

/** The keys of the two e-mails with a link that a user has: with them they are found when the change ends. */
export function mailKeysOf(userId: string): { readonly confirms: string; readonly withdraws: string } {
  return { confirms: `emailChange ${userId}`, withdraws: `emailChangeTold ${userId}` };
}

/** Whether a change still waits. Of an address that another user has it is not asked: the answer to it is the link. */
async function isWaiting(
  db: PrismaClient,
  link: { readonly hash: string } | { readonly withdrawalHash: string },
): Promise<boolean> {
  const where = { ...link, expiresAt: { gt: new Date() } };
  return (await db.emailChange.findFirst({ where, select: { userId: true } })) !== null;
}
