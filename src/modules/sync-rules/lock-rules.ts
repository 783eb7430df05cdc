import type { Prisma } from '../../generated/prisma/client.ts';

/** Waits until no other transaction writes rules: a rule is checked beside all others. */
export async function lockRules(db: Prisma.TransactionClient): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('sync rules'))`;
}
