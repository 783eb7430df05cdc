import { v7 as uuidv7 } from 'uuid';
import type { Entity } from '../../core/change.ts';
import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, limitReached } from '../../core/errors.ts';
import type { Transaction } from '../../core/transact.ts';
import type { BulkJob, BulkJobKind } from '../../generated/prisma/client.ts';

/** How a bulk job enters the change log. Its items do not: what is done to each is a change of its own entity. */
export const bulkJobEntity: Entity<BulkJob> = {
  name: 'BulkJob',
  table: 'bulk_job',
  columns: [
    'id',
    'tenantId',
    'kind',
    'status',
    'total',
    'succeededCount',
    'failedCount',
    'requestedById',
    'addedAttributes',
    'removedAttributes',
    'requestId',
    'ip',
    'startedAt',
    'completedAt',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['startedAt', 'completedAt', 'createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: ({ requestedById }) => ({ user: requestedById }),
};

/** What is to be done, and to which rows. */
export interface NewBulkJob {
  readonly kind: BulkJobKind;
  readonly tenantId: string;
  /** Each is done once, however often it is named. */
  readonly targetIds: readonly string[];
  readonly addedAttributes?: string[];
  readonly removedAttributes?: string[];
}

/** How many rows one job may be about. */
export const MAX_ITEMS = 10_000;
/** How many jobs of a tenant may be under way or waiting. */
const MAX_OPEN_JOBS = 20;

/** Queues a job, which begins soon after the transaction was committed; throws UserErrors beyond the limits. */
export async function startBulkJob(
  tx: Transaction,
  { viewer, requestId, ip }: Pick<ViewerContext, 'viewer' | 'requestId' | 'ip'>,
  { targetIds, ...job }: NewBulkJob,
): Promise<BulkJob> {
  const items = [...new Set(targetIds)].map((targetId) => ({ id: uuidv7(), targetId }));
  if (items.length > MAX_ITEMS) {
    throw invalidInput(`At most ${MAX_ITEMS} rows at once: there are ${items.length}.`, 'ids');
  }
  await requireFewOpenJobs(tx, job.tenantId);
  const data = { ...job, total: items.length, requestedById: viewer.userId, requestId, ip };
  const created = await tx.db.bulkJob.create({ data });
  await tx.db.$executeRaw`
    INSERT INTO bulk_job_item (id, job_id, target_id)
    SELECT id, ${created.id}::uuid, target_id
    FROM unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ targetId }) => targetId)}::uuid[])
      AS item (id, target_id)`;
  tx.created(bulkJobEntity, created);
  return created;
}

async function requireFewOpenJobs(tx: Transaction, tenantId: string): Promise<void> {
  const open = await tx.db.bulkJob.count({ where: { tenantId, status: { in: ['QUEUED', 'RUNNING'] } } });
  if (open >= MAX_OPEN_JOBS) {
    throw limitReached(`The tenant has ${open} bulk jobs that have not ended: wait for one of them.`);
  }
}
