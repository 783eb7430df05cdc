import type { Prisma } from '../generated/prisma/client.ts';

/**
 * The time of the database, to the millisecond. What is decided by time on several nodes is decided by this clock:
 * theirs differ. Ask after the lock of the row, or a time that waited for it may be earlier than the row's last one.
 */
export async function databaseTime(db: Pick<Prisma.TransactionClient, '$queryRaw'>): Promise<Date> {
  const [row] = await db.$queryRaw<[{ now: Date }]>`
    SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
  return row.now;
}
