import type { PrismaClient } from '../../generated/prisma/client.ts';

/** The days for which deliveries are kept after their end. */
export const KEPT_DAYS = 30;

/** Removes deliveries that ended long ago, with their attempts. Those that wait are kept. */
export async function forgetOldDeliveries(prisma: Pick<PrismaClient, '$executeRaw'>): Promise<void> {
  await prisma.$executeRaw`DELETE FROM webhook_delivery WHERE ended_at < now() - make_interval(days => ${KEPT_DAYS})`;
}
