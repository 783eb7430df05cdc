import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { NotificationCause } from '../../generated/prisma/client.ts';

const NEXT_TURN_MS = 100;

/**
 * Begins the next batch of a cause: one transaction at a time works on the notifications about a row. Returns the cause
 * as it is, or null if it is done, or another transaction has its turn: it is then scheduled again.
 */
export async function beginTurn(
  tx: Transaction,
  kind: DueKind<NotificationCause>,
  { id, entityId }: NotificationCause,
): Promise<NotificationCause | null> {
  const cause = await tx.db.notificationCause.findUnique({ where: { id } });
  if (!cause) return null;
  const [turn] = await tx.db.$queryRaw<{ isMine: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtext('notifications'), hashtext(${entityId})) AS "isMine"`;
  if (turn?.isMine) return cause;
  await tx.schedule(kind, cause, new Date((await tx.now()).getTime() + NEXT_TURN_MS));
  return null;
}

/** Ends a batch: the cause waits for its next one after `last`, or is done. */
export async function endTurn(
  tx: Transaction,
  kind: DueKind<NotificationCause>,
  { id }: NotificationCause,
  last: string | null,
): Promise<void> {
  if (!last) {
    await tx.db.notificationCause.deleteMany({ where: { id } });
    return;
  }
  const next = await tx.db.notificationCause.update({ where: { id }, data: { afterId: last } });
  await tx.schedule(kind, next, await tx.now());
}
