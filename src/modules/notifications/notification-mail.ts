import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { effectiveSettings } from '../../configuration/layers/effective-settings.ts';
import type { Params } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { MailText } from '../../core/rows/mail-text.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Notification, Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { queueMail } from '../mail/mail.requests.ts';
import { noticeText } from './notice-text.ts';
import { notifications } from './notifications.access.ts';
import { afterQuietHours, nextDigest, type QuietHours } from './quiet-hours.ts';

/** The notifications that a digest names. */
const MAX_NAMED = 10;

type Digest = 'IMMEDIATELY' | 'DAILY' | 'WEEKLY' | 'NEVER';

/** The mail about one notification. */
export const notificationText: MailText = {
  key: 'notification',
  subject: '{text}',
  lines: ['{text}', '', '{link}', '', 'You receive this e-mail because of your notification preferences.'],
  linkPath: '/notifications/{notificationId}',
  prepare: async (db, viewer, params) => {
    const [notification] = await unread(db, viewer, { id: String(params.notificationId) });
    return notification ? { ...params, text: noticeText(notification) } : null;
  },
};

/** The mail about what a user has not read. */
export const digestText: MailText = {
  key: 'notificationDigest',
  subject: 'Unread notifications: {count}',
  lines: ['Unread notifications: {count}.', '', '{named}', '', '{link}'],
  linkPath: '/notifications',
  prepare: async (db, viewer): Promise<Params | null> => {
    const found = await unread(db, viewer, {});
    if (found.length === 0) return null;
    const named = found.slice(0, MAX_NAMED).map(noticeText).join(' · ');
    return { count: found.length, named };
  },
};

/** The most that a digest counts. */
const MAX_COUNTED = 1_000;

/** The unread notifications that the user may read at this moment, the latest first; none for one that may not act. */
async function unread(
  db: PrismaClient,
  viewer: Viewer | null,
  where: Prisma.NotificationWhereInput,
): Promise<Notification[]> {
  if (!viewer) return [];
  const visible = toPrismaWhere(notifications.visibleTo(viewer));
  return db.notification.findMany({
    where: { AND: [where, { isRead: false }, visible] },
    orderBy: [{ lastAt: 'desc' }, { id: 'desc' }],
    take: MAX_COUNTED,
  });
}

/**
 * Decides by the preferences of its user whether a notification is sent by e-mail, and when: what is critical after the
 * quiet hours, the rest as often as the user wants a digest. Whether it is still unread, and whether the user may still
 * read it, is asked right before it is sent.
 */
export async function decideMail(tx: Transaction, notification: Notification): Promise<void> {
  const { id: notificationId, userId, tenantId, severity, isRead, messageKey } = notification;
  const notice = rooms.notices.get(messageKey);
  const user = await tx.db.user.findUnique({
    where: { id: userId },
    select: { email: true, erasedAt: true },
  });
  if (isRead || !notice || !user || user.erasedAt) return;
  const { channels, digest, quiet } = await preferencesOf(tx, tenantId, userId, notice.channels);
  if (!channels.includes('EMAIL')) return;
  const now = await tx.now();
  const mail = { to: user.email, userId };
  if (severity === 'CRITICAL' || digest === 'IMMEDIATELY') {
    const notBefore = afterQuietHours(now, quiet);
    return queueMail(tx, { ...mail, text: notificationText, params: { notificationId }, notBefore });
  }
  if (digest === 'NEVER') return;
  const { day, at } = nextDigest(now, quiet?.timeZone, digest);
  const uniqueKey = `digest ${userId} ${day}`;
  const notBefore = afterQuietHours(at, quiet);
  return queueMail(tx, { ...mail, text: digestText, params: {}, uniqueKey, notBefore });
}

const DIGEST = 'notifications.digest';
const QUIET_HOURS = 'notifications.quietHours';

/** The preferences of a user; those of a user without a tenant are the defaults. */
async function preferencesOf(
  { db }: Transaction,
  tenantId: string | null,
  userId: string,
  channelsPath: string | null,
) {
  const names = [DIGEST, QUIET_HOURS, ...(channelsPath ? [channelsPath] : [])];
  const paths = CATALOGUE.filter(({ path }) => names.includes(path));
  const document = tenantId ? (await effectiveSettings(db, tenantId, userId, paths)).document : null;
  const settingAt = (name: string | null) =>
    document?.get(name ?? '')?.value ?? paths.find(({ path }) => path === name)?.default ?? null;
  return {
    channels: (settingAt(channelsPath) ?? ['EMAIL']) as readonly string[],
    digest: settingAt(DIGEST) as Digest,
    quiet: settingAt(QUIET_HOURS) as QuietHours | null,
  };
}
