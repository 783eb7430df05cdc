import type { EntityRow } from '../core/rows/change.ts';
import type { DueKind } from '../core/rows/due-kind.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** The database's time at this moment, in milliseconds: no node's clock decides what is due. */
export async function databaseTime(db: Prisma.TransactionClient): Promise<Date> {
  const [row] = await db.$queryRaw<{ now: Date }[]>`
    SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
  if (!row) throw new Error('The database did not tell the time.');
  return row.now;
}

/** Schedules a row, in place of an earlier time and of the failures until then. */
export async function scheduleRow<Row extends EntityRow>(
  db: Prisma.TransactionClient,
  { kind, entity }: DueKind<Row>,
  row: Row,
  at: Date,
): Promise<void> {
  const [feed] = entity.feeds(row);
  const schedule = { feed, dueAt: at, tryAt: at, tries: 0, lastError: null, parkedAt: null };
  await db.dueWork.upsert({
    where: { kind_subjectId: { kind, subjectId: row.id } },
    create: { kind, subjectId: row.id, ...schedule },
    update: schedule,
  });
}

/** Schedules the rows that a query selects for now, in place of earlier times and of the failures until then. */
export async function scheduleRowsNow<Row extends EntityRow>(
  db: Prisma.TransactionClient,
  { kind }: DueKind<Row>,
  rows: Prisma.Sql,
): Promise<void> {
  // In the order of their ids, so that of two transactions with the same rows one waits for the other.
  await db.$executeRaw`
    INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
    SELECT gen_random_uuid(), ${kind}, id, feed, now(), now() FROM (${rows}) AS subject
    ORDER BY id
    ON CONFLICT (kind, subject_id) DO UPDATE
    SET due_at = now(), try_at = now(), tries = 0, last_error = NULL, parked_at = NULL`;
}

/** Removes the schedule of a row, if it has one. */
export async function unscheduleRow<Row extends EntityRow>(
  db: Prisma.TransactionClient,
  { kind }: DueKind<Row>,
  { id: subjectId }: Row,
): Promise<void> {
  await db.dueWork.deleteMany({ where: { kind, subjectId } });
}
