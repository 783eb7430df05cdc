import type { Params } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { MailText } from '../../core/rows/mail-text.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Notification, Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { queueMail } from '../mail/mail.requests.ts';
import { type Channel, type MailPreferences, mailPreferencesOf } from './mail-preferences.ts';
import { noticeText } from './notice-text.ts';
import { notifications } from './notifications.access.ts';
import { afterQuietHours, nextDigest, type QuietHours } from './quiet-hours.ts';

/** The notifications that a digest names. */
const MAX_NAMED = 10;

/** The mail about one notification. */
export const notificationText: MailText = {
  key: 'notification',
  subject: '{text}',
  lines: ['{text}', '', '{link}', '', 'You receive this e-mail because of your notification preferences.'],
  linkPath: '/notifications/{notificationId}',
  followsUser: true,
  prepare: async (db, viewer, params) => {
    const [wish] = await wanted(db, viewer, { id: String(params.notificationId) });
    return wish?.channels.includes('EMAIL') ? { ...params, text: noticeText(wish.notification) } : null;
  },
};

/** The call of the gateway about one notification, for all the channels that its user wants beside e-mails. */
export const gatewayText: MailText = {
  key: 'notificationByGateway',
  subject: '{text}',
  isForGateway: true,
  lines: ['{text}', '{link}'],
  linkPath: '/notifications/{notificationId}',
  followsUser: true,
  prepare: async (db, viewer, params) => {
    const [wish] = await wanted(db, viewer, { id: String(params.notificationId) });
    const channels = wish?.channels.filter(isOfGateway) ?? [];
    if (!wish || channels.length === 0) return null;
    const { notification } = wish;
    const { messageKey: kind, severity } = notification;
    return { ...params, text: noticeText(notification), kind, severity, channels: channels.join(' ') };
  },
};

function isOfGateway(channel: Channel): boolean {
  return channel !== 'EMAIL';
}

/** The mail about what a user has not read. */
export const digestText: MailText = {
  key: 'notificationDigest',
  subject: 'Unread notifications: {count}',
  lines: ['Unread notifications: {count}.', '', '{named}', '', '{link}'],
  linkPath: '/notifications',
  followsUser: true,
  prepare: async (db, viewer): Promise<Params | null> => {
    // Critical ones had an e-mail of their own.
    const all = await wanted(db, viewer, { severity: { not: 'CRITICAL' } });
    const found = all.filter(({ channels }) => channels.includes('EMAIL'));
    if (found.length === 0) return null;
    const named = found
      .slice(0, MAX_NAMED)
      .map(({ notification }) => noticeText(notification))
      .join(' · ');
    return { count: found.length, named };
  },
};

/** The most that a digest counts. */
const MAX_COUNTED = 1_000;

/** An unread notification with the channels by which its user wants it. */
interface Wish {
  readonly notification: Notification;
  readonly channels: readonly Channel[];
}

/**
 * The unread notifications that the user may read at this moment and wants by some channel, the latest first; none for one
 * that may not act.
 */
async function wanted(
  db: PrismaClient,
  viewer: Viewer | null,
  where: Prisma.NotificationWhereInput,
): Promise<Wish[]> {
  if (!viewer) return [];
  const visible = toPrismaWhere(notifications.visibleTo(viewer));
  const unread = await db.notification.findMany({
    where: { AND: [where, { isRead: false }, visible] },
    orderBy: [{ lastAt: 'desc' }, { id: 'desc' }],
    take: MAX_COUNTED,
  });
  const keys = new Set(unread.map(({ messageKey }) => messageKey));
  const { digest, channels } = await mailPreferencesOf(db, viewer, [...keys]);
  return unread
    .filter(({ severity }) => digest !== 'NEVER' || severity === 'CRITICAL')
    .map((notification) => ({ notification, channels: channels(notification.messageKey) }));
}

/** The quiet hours of a user. Those that others have set are on the clocks of the user, if it has said its time zone. */
function quietHoursOf({ quiet, hasOwnQuiet }: MailPreferences, timeZone: string | null): QuietHours | null {
  return quiet && timeZone && !hasOwnQuiet ? { ...quiet, timeZone } : quiet;
}

/**
 * Decides by the preferences of its user how a notification is sent beside the dashboard, and when: what is critical after
 * the quiet hours, the rest as often as the user wants a digest. A digest is an e-mail; text messages and push messages
 * are for what is sent by itself. Whether it is still unread, whether the user may still read it, and by which channels the
 * user still wants it, is asked right before it is sent.
 */
export async function decideMail(tx: Transaction, notification: Notification): Promise<void> {
  const { id: notificationId, userId, tenantId, severity, isRead, messageKey } = notification;
  const user = await tx.db.user.findUnique({
    where: { id: userId },
    select: { email: true, erasedAt: true, timeZone: true },
  });
  if (isRead || !user || user.erasedAt) return;
  const preferences = await mailPreferencesOf(tx.db, { userId, tenantId }, [messageKey]);
  const { digest } = preferences;
  const quiet = quietHoursOf(preferences, user.timeZone);
  const wanted = preferences.channels(messageKey);
  const now = await tx.now();
  const mail = { to: user.email, userId };
  if (severity === 'CRITICAL' || digest === 'IMMEDIATELY') {
    const message = { ...mail, params: { notificationId }, notBefore: afterQuietHours(now, quiet) };
    if (wanted.includes('EMAIL')) await queueMail(tx, { ...message, text: notificationText });
    if (wanted.some(isOfGateway)) await queueMail(tx, { ...message, text: gatewayText });
    return;
  }
  if (digest === 'NEVER' || !wanted.includes('EMAIL')) return;
  const { day, at } = nextDigest(now, user.timeZone ?? quiet?.timeZone, digest);
  const uniqueKey = `digest ${userId} ${day}`;
  const notBefore = afterQuietHours(at, quiet);
  return queueMail(tx, { ...mail, text: digestText, params: {}, uniqueKey, notBefore });
}
