import type { Transaction } from '../../core/rows/transact.ts';
import type { BulkJob, Prisma } from '../../generated/prisma/client.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

/** The numbers of items of a job that succeeded and that failed. */
export interface Tally {
  readonly id: string;
  readonly succeededCount: number;
  readonly failedCount: number;
}

/** Counts the items of jobs that have succeeded or failed; a job without such items is not in the result. */
export async function talliesOf(
  db: Pick<Prisma.TransactionClient, 'bulkJobItem'>,
  jobIds: string[],
): Promise<Tally[]> {
  const counts = await db.bulkJobItem.groupBy({
    by: ['jobId', 'status'],
    where: { jobId: { in: jobIds }, status: { in: ['SUCCEEDED', 'FAILED'] } },
    _count: true,
  });
  const countOf = (id: string, status: string) =>
    counts.find((one) => one.jobId === id && one.status === status)?._count ?? 0;
  return [...new Set(counts.map(({ jobId }) => jobId))].map((id) => ({
    id,
    succeededCount: countOf(id, 'SUCCEEDED'),
    failedCount: countOf(id, 'FAILED'),
  }));
}

/** Ends a locked job that has no pending item, and stores the counts of its items. */
export async function endJob(
  tx: Transaction,
  job: BulkJob,
  status: 'COMPLETED' | 'CANCELLED',
): Promise<BulkJob> {
  const [tally] = await talliesOf(tx.db, [job.id]);
  const { succeededCount = 0, failedCount = 0 } = tally ?? {};
  const end = { status, succeededCount, failedCount, completedAt: new Date() };
  return tx.update(bulkJobEntity, job, end);
}
