import type { PrismaClient } from '../../generated/prisma/client.ts';

/** The days for which deliveries are kept after their end. */
export const KEPT_DAYS = 30;
/** The deliveries that one statement removes, each with its attempts. */
const BATCH = 1_000;

/**
 * Removes deliveries that ended long ago, with their attempts, a batch at a time: a statement locks few rows, and not for
 * long. Those that wait are kept.
 */
export async function forgetOldDeliveries(
  prisma: Pick<PrismaClient, '$executeRaw'>,
  batch = BATCH,
): Promise<void> {
  let removed: number;
  do {
    removed = await prisma.$executeRaw`
      DELETE FROM webhook_delivery WHERE id IN (
        SELECT id FROM webhook_delivery
        WHERE ended_at < now() - make_interval(days => ${KEPT_DAYS}) AND status <> 'PENDING'
        LIMIT ${batch} FOR UPDATE SKIP LOCKED)`;
  } while (removed === batch);
}
