import type { Params } from '../../core/requests/fault.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Notice } from '../../core/rows/notice.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { tableOf } from '../../db/table.ts';
import type { Notification, NotificationCause, Prisma, User } from '../../generated/prisma/client.ts';
import { beginTurn, endTurn } from './cause-turn.ts';
import { subjectColumns } from './notice-subject.ts';
import { notificationEntity, notificationFanOut, notificationMail } from './notifications.changes.ts';

/** The recipients of a transaction, few enough that it takes a fraction of a second. */
const BATCH = 250;

type Recipient = Pick<User, 'id' | 'tenantId' | 'organizationId'>;

/**
 * Notifies the next recipients of a cause, in the order of their ids. The position is moved in the same transaction, so each
 * is notified once, whatever is killed when. Causes of the same message and row that no node has begun are joined.
 */
export async function fanOut(tx: Transaction, claimed: NotificationCause): Promise<void> {
  const begun = await beginTurn(tx, notificationFanOut, claimed);
  if (!begun) return;
  const notice = rooms.notices.get(begun.messageKey ?? '');
  const row = notice && (await presentRow(tx, notice, begun.entityId));
  if (!notice || !row) return endTurn(tx, notificationFanOut, begun, null);
  const cause = begun.afterId ? begun : await joined(tx, begun);
  const detail = cause.detail as Params;
  const recipients = await nextRecipients(tx, await notice.recipients(row, tx.db, detail), cause.afterId);
  const ids = recipients.map(({ id }) => id);
  const concerned = await notice.concerned?.(row, tx.db, detail, ids);
  await tell(
    tx,
    notice,
    row,
    cause,
    recipients.filter(({ id }) => concerned?.has(id) ?? true),
  );
  await endTurn(
    tx,
    notificationFanOut,
    cause,
    recipients.length === BATCH ? (recipients.at(-1)?.id ?? null) : null,
  );
}

async function presentRow(tx: Transaction, { entity }: Notice, id: string): Promise<EntityRow | null> {
  const [row = null] = await tableOf(tx.db, entity).findMany({ where: { id: { in: [id] } } });
  return row;
}

/** Takes over the causes of the same message, row and detail of which no recipient is notified yet. */
async function joined({ db }: Transaction, cause: NotificationCause): Promise<NotificationCause> {
  const { id, messageKey, entityId, detail } = cause;
  const others = await db.$queryRaw<{ id: string; occurrences: number }[]>`
    DELETE FROM notification_cause WHERE id IN (
      SELECT id FROM notification_cause
      WHERE entity_id = ${entityId}::uuid AND message_key = ${messageKey} AND id <> ${id}::uuid AND after_id IS NULL
        AND detail = ${detail}::jsonb
      FOR UPDATE SKIP LOCKED
    ) RETURNING id, occurrences`;
  if (others.length === 0) return cause;
  const occurrences = others.reduce((sum, other) => sum + other.occurrences, cause.occurrences);
  return db.notificationCause.update({ where: { id }, data: { occurrences } });
}

/** The next users who can read a notification at all. */
async function nextRecipients(
  { db }: Transaction,
  concerned: Awaited<ReturnType<Notice['recipients']>>,
  afterId: string | null,
): Promise<Recipient[]> {
  const who = toPrismaWhere(concerned) as Prisma.UserWhereInput;
  return db.user.findMany({
    where: {
      AND: [
        who,
        { isActive: true, isServiceAccount: false, erasedAt: null },
        afterId ? { id: { gt: afterId } } : {},
      ],
    },
    orderBy: { id: 'asc' },
    take: BATCH,
    select: { id: true, tenantId: true, organizationId: true },
  });
}

async function tell(
  tx: Transaction,
  notice: Notice,
  row: EntityRow,
  { occurrences, detail }: NotificationCause,
  recipients: readonly Recipient[],
): Promise<void> {
  const { key: messageKey, entity, severity } = notice;
  const lastAt = await tx.now();
  const said = { params: notice.params(row, detail as Params), severity, lastAt, ...subjectColumns(row) };
  const known = await knownOf(tx, messageKey, row.id, recipients);
  const knownTo = new Set(known.map(({ userId }) => userId));
  const news = recipients.filter(({ id }) => !knownTo.has(id));
  const created = await tx.db.notification.createManyAndReturn({
    data: news.map(({ id: userId, tenantId, organizationId }) => ({
      ...{ userId, tenantId, organizationId, messageKey, entityType: entity.name, entityId: row.id },
      ...{ ...said, count: occurrences },
    })),
  });
  for (const notification of created) tx.created(notificationEntity, notification);
  for (const notification of known) {
    const count = notification.isRead ? occurrences : notification.count + occurrences;
    await tx.update(notificationEntity, notification, { ...said, count, isRead: false });
  }
  await scheduleMails(tx, [...created, ...known]);
}

/** The recipients' notifications of the same message and row, locked. */
async function knownOf(
  { db }: Transaction,
  messageKey: string,
  entityId: string,
  recipients: readonly Recipient[],
): Promise<Notification[]> {
  const userIds = recipients.map(({ id }) => id);
  await db.$executeRaw`
    SELECT 1 FROM notification
    WHERE user_id = ANY(${userIds}::uuid[]) AND message_key = ${messageKey} AND entity_id = ${entityId}::uuid
    ORDER BY id FOR NO KEY UPDATE`;
  return db.notification.findMany({ where: { userId: { in: userIds }, messageKey, entityId } });
}

/** Has due work decide of each whether it is sent by e-mail: in one statement, and in another transaction. */
async function scheduleMails(tx: Transaction, notifications: readonly Notification[]): Promise<void> {
  const at = await tx.now();
  await tx.db.dueWork.createMany({
    data: notifications.map((notification) => ({
      kind: notificationMail.kind,
      subjectId: notification.id,
      feed: notificationEntity.feeds(notification)[0],
      dueAt: at,
      tryAt: at,
    })),
    skipDuplicates: true,
  });
}
