import type { Prisma } from '../../generated/prisma/client.ts';

/** Makes the transactions that add keys take turns, so that each finds the keys of the others. */
export async function lockReceiptKeys(db: Prisma.TransactionClient): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('lockstep receipt keys'))`;
}
