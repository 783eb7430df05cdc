import type { Params } from '../../../core/requests/fault.ts';
import type { MailText } from '../../../core/rows/mail-text.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { Invitation, PrismaClient } from '../../../generated/prisma/client.ts';
import { queueMail } from '../../mail/mail.requests.ts';
import { hashOfLinkToken, newLinkToken } from '../../sessions/link-token.terms.ts';

/** The mail with the link. Whether the invitation is still open is asked right before it is sent. */
export const invitationText: MailText = {
  key: 'invitation',
  subject: 'You are invited to {tenant}',
  lines: [
    'You are invited to {tenant}, as {role}. Choose your name and your password until {until}:',
    '',
    '{link}',
    '',
    'If you did not expect it, ignore this e-mail.',
  ],
  linkPath: '/invitation#{token}',
  needsLink: true,
  prepare: async (db, _viewer, params) => {
    const link = await db.invitationLink.findFirst({
      where: { hash: String(params.hash) },
      include: { invitation: { include: { tenant: { select: { name: true, status: true } } } } },
    });
    if (!link || !(await isOpen(db, link.invitation))) return null;
    const { role, expiresAt, tenant } = link.invitation;
    if (tenant.status !== 'ACTIVE') return null;
    return { ...params, tenant: tenant.name, role, until: expiresAt.toISOString() } satisfies Params;
  },
};

async function isOpen(
  db: PrismaClient,
  { status, expiresAt }: Pick<Invitation, 'status' | 'expiresAt'>,
): Promise<boolean> {
  const [{ now } = { now: expiresAt }] = await db.$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
  return status === 'PENDING' && expiresAt > now;
}

/** The key of the only mail of an invitation, with which it is found when the invitation ends. */
export function mailKeyOf({ id }: Pick<Invitation, 'id'>): string {
  return `invitation ${id}`;
}

/** Gives a locked or new invitation a link in the place of an earlier one, and sends it. */
export async function sendLink(
  tx: Transaction,
  invitation: Invitation,
  cipher: NonNullable<Parameters<typeof queueMail>[1]['secrets']>['cipher'],
): Promise<void> {
  const { id: invitationId, email } = invitation;
  const token = newLinkToken();
  const hash = String(hashOfLinkToken(token));
  const where = { invitationId };
  await tx.db.invitationLink.upsert({ where, create: { ...where, hash }, update: { hash } });
  const uniqueKey = mailKeyOf(invitation);
  await tx.db.mailMessage.deleteMany({ where: { uniqueKey } });
  const secrets = { params: { token }, cipher };
  await queueMail(tx, {
    text: invitationText,
    to: email,
    userId: null,
    params: { hash },
    secrets,
    uniqueKey,
  });
}
