import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';

/** The rows that one statement removes. */
const BATCH = 1_000;

/**
 * Keeps what law asks for of those payments that were received: amount, times, and the id of the payer. The database lets a
 * received payment be deleted only after this.
 */
export async function keepReceived(
  db: Prisma.TransactionClient,
  erasureId: string,
  ids: readonly string[],
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO kept_payment (id, erasure_id, payer_id, amount_minor, currency, received_at, refunded_at)
    SELECT id, ${erasureId}::uuid, coalesce(resident_id, customer_id), amount_minor, currency,
      coalesce(received_at, created_at), refunded_at
    FROM payment WHERE id = ANY(${ids}::uuid[]) AND status IN ('RECEIVED', 'REFUNDED')`;
}

/** Removes the kept payments whose time of retention has ended, some in each statement. */
export async function forgetKeptPayments(
  prisma: Pick<PrismaClient, '$executeRaw'>,
  retentionDays: number,
  batch = BATCH,
): Promise<void> {
  let removed: number;
  do {
    removed = await prisma.$executeRaw`
      DELETE FROM kept_payment WHERE id IN (
        SELECT id FROM kept_payment WHERE received_at < now() - make_interval(days => ${retentionDays}::int)
        LIMIT ${batch})`;
  } while (removed === batch);
}
