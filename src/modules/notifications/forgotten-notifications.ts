import type { Transactions } from '../../changes/transactions.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { notificationEntity } from './notifications.changes.ts';

/** The days for which a notification is kept after it last happened, read or not. The decision on notifications says why. */
const KEPT_DAYS = 180;
/** Few enough that a transaction takes a fraction of a second. */
const BATCH = 250;
const ORIGIN = { actor: systemActor('clean-up'), requestId: null, ip: null };

/**
 * Deletes notifications that last happened long ago, the oldest first and a batch in each transaction. Each is a change,
 * so the lists and counts of devices follow. One that is being written is left to the next hour.
 */
export async function forgetOldNotifications(
  transactions: Pick<Transactions, 'of'>,
  batch = BATCH,
): Promise<void> {
  let deleted: number;
  do {
    const { value } = await transactions.of(ORIGIN)(async (tx) => {
      const old = await tx.db.$queryRaw<{ id: string }[]>`
        SELECT id FROM notification WHERE last_at < now() - make_interval(days => ${KEPT_DAYS})
        ORDER BY last_at LIMIT ${batch} FOR UPDATE SKIP LOCKED`;
      return deleteLocked(tx, old);
    });
    deleted = value;
  } while (deleted === batch);
}

/** Deletes all notifications of a user, in as many statements whatever their number. */
export async function deleteNotificationsOf(tx: Transaction, userId: string): Promise<void> {
  const own = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM notification WHERE user_id = ${userId}::uuid ORDER BY id FOR UPDATE`;
  await deleteLocked(tx, own);
}

async function deleteLocked(tx: Transaction, locked: readonly { readonly id: string }[]): Promise<number> {
  if (locked.length === 0) return 0;
  const where = { id: { in: locked.map(({ id }) => id) } };
  const rows = await tx.db.notification.findMany({ where, orderBy: { id: 'asc' } });
  await tx.db.notification.deleteMany({ where });
  for (const row of rows) tx.deleted(notificationEntity, row);
  return rows.length;
}
