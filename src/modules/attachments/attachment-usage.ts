import type { Prisma } from '../../generated/prisma/client.ts';

/** Counts bytes towards the sum of a tenant, until the transaction ends under a lock; false if there is no room for them. */
export async function takeSpace(
  db: Prisma.TransactionClient,
  tenantId: string,
  bytes: number,
  max: number,
): Promise<boolean> {
  await db.$executeRaw`INSERT INTO attachment_usage (id) VALUES (${tenantId}::uuid) ON CONFLICT DO NOTHING`;
  const count = await db.$executeRaw`
    UPDATE attachment_usage SET bytes = bytes + ${bytes}::bigint
    WHERE id = ${tenantId}::uuid AND bytes + ${bytes}::bigint <= ${max}::bigint`;
  return count === 1;
}

/** Gives the bytes of attachments that are deleted back. */
export async function freeSpace(
  db: Prisma.TransactionClient,
  tenantId: string,
  bytes: number,
): Promise<void> {
  await db.$executeRaw`
    UPDATE attachment_usage SET bytes = bytes - ${bytes}::bigint WHERE id = ${tenantId}::uuid`;
}
