import type { Transaction } from '../../core/rows/transact.ts';

/** Makes ready what has waited in a feed, e.g. while its tenant was archived. What is parked stays parked. */
export async function resumeWorkOf(tx: Transaction, feed: string): Promise<void> {
  await tx.db.$executeRaw`
    UPDATE due_work SET try_at = due_at WHERE feed = ${feed}::uuid AND try_at IS NULL AND parked_at IS NULL`;
  tx.madeDue();
}
