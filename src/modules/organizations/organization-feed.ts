import type { Transaction } from '../../core/rows/transact.ts';
import type { Organization } from '../../generated/prisma/client.ts';

/** Opens the feed of a new organization, and has the projector repeat it in the feeds of its tenants. */
export async function openSharedFeed(tx: Transaction, { id: feed }: Organization): Promise<void> {
  await tx.db.feedHead.create({ data: { feed } });
  await tx.db.projection.create({ data: { feed } });
}
