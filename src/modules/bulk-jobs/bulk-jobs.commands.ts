import { BULK_PERMISSIONS } from '../../core/bulk-action.ts';
import type { ViewerContext } from '../../core/context.ts';
import { forbiddenChange, invalidState, notFound, requireVersion } from '../../core/errors.ts';
import type { Written } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';
import { endJob } from './bulk-job-end.ts';
import { bulkJobsVisibleTo } from './bulk-jobs.access.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

// Invariants of this room: an item is done in the transaction that notes what came of it, once; a job that has ended
// has no pending item, never begins again, and its counts are those of its items.

/** Whether a viewer may stop jobs of any kind. */
export function mayCancelSome({ permissions }: Viewer): boolean {
  return Object.values(BULK_PERMISSIONS).some((permission) => permissions.has(permission));
}

/**
 * Ends a job before its time; what was done stays done. Throws UserErrors for no such job, one that has ended, a kind
 * that the viewer may not do, or a version that has passed.
 */
export async function cancelBulkJob(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<BulkJob>> {
  return ctx.transact(async (tx) => {
    // Waits for the batch that is under way.
    await tx.lock(bulkJobEntity, id);
    const visible = toPrismaWhere(bulkJobsVisibleTo(ctx.viewer));
    const job = await tx.db.bulkJob.findFirst({ where: { AND: [{ id }, visible] } });
    if (!job) throw notFound('bulk job', 'id');
    requireVersion(job, expectedVersion);
    if (!ctx.viewer.permissions.has(BULK_PERMISSIONS[job.kind])) {
      throw forbiddenChange(`You may not stop a job of the kind ${job.kind}.`, 'id');
    }
    if (job.completedAt) throw invalidState(`The job has ended: it is ${job.status}.`, 'id');
    await tx.db.bulkJobItem.updateMany({
      where: { jobId: id, status: 'PENDING' },
      data: { status: 'SKIPPED' },
    });
    return endJob(tx, job, 'CANCELLED');
  });
}
