import type { EntityRow } from '../../core/rows/change.ts';
import type { ModelName } from '../../core/rows/models.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { tableOf } from '../../db/table.ts';
import type { Notification, NotificationCause } from '../../generated/prisma/client.ts';
import { beginTurn, endTurn } from './cause-turn.ts';
import { subjectColumns } from './notice-subject.ts';
import { notificationEntity, notificationFollowUp } from './notifications.changes.ts';

/** The notifications of a transaction. */
const BATCH = 250;

/** Has the next notifications about a row follow it: they move with it, and are deleted with it or when it no longer concerns their user. */
export async function followUp(tx: Transaction, claimed: NotificationCause): Promise<void> {
  const cause = await beginTurn(tx, notificationFollowUp, claimed);
  if (!cause) return;
  const { entityId, entityType, afterId } = cause;
  const [row] = await tableOf(tx.db, { name: entityType as ModelName }).findMany({
    where: { id: { in: [entityId] } },
  });
  await tx.db.$executeRaw`
    SELECT 1 FROM notification WHERE entity_id = ${entityId}::uuid AND id > ${afterId ?? FIRST}::uuid
    ORDER BY id LIMIT ${BATCH} FOR UPDATE`;
  const batch = await tx.db.notification.findMany({
    where: { entityId, entityType, id: { gt: afterId ?? FIRST } },
    orderBy: { id: 'asc' },
    take: BATCH,
  });
  for (const notification of batch) {
    if (row && concerns(row, notification))
      await tx.update(notificationEntity, notification, subjectColumns(row));
    else await tx.delete(notificationEntity, notification);
  }
  await endTurn(tx, notificationFollowUp, cause, batch.length === BATCH ? (batch.at(-1)?.id ?? null) : null);
}

function concerns(row: EntityRow, { messageKey, userId }: Notification): boolean {
  return rooms.notices.get(messageKey)?.stillConcerns?.(row).includes(userId) ?? true;
}

/** Less than every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';
