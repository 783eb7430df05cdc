import type { PrismaClient } from '../generated/prisma/client.ts';

/** Tells whether the database refuses writes, e.g. as a standby or by `default_transaction_read_only`. */
export async function isReadOnly(prisma: PrismaClient): Promise<boolean> {
  const [row] = await prisma.$queryRaw<{ setting: string }[]>`
    SELECT current_setting('transaction_read_only') AS setting`;
  return row?.setting === 'on';
}
