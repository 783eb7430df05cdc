import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import { type BulkJob, type BulkJobKind, Prisma } from '../../generated/prisma/client.ts';
import { endJob } from './bulk-job-end.ts';
import { dropParts } from './bulk-job-parts.ts';
import { bulkJobs } from './bulk-jobs.access.ts';

// Invariants of this room: an item is processed once, in the transaction that records its outcome; a job that has ended
// has no pending item, never begins again, and its counts are those of its items.

const CANCEL = sentences('FORBIDDEN_CHANGE', {
  JOB_NOT_YOURS: 'You may not stop a job of the kind {kind}.',
});
const JOB = sentences('INVALID_STATE', { JOB_ENDED: 'The job has ended: it is {status}.' });

/** Whether a viewer may cancel jobs of at least one kind. */
export function mayCancelSome({ permissions }: Viewer): boolean {
  return rooms.bulkActions.some(({ permission }) => permissions.has(permission));
}

/**
 * Cancels a job; finished items stay done. Throws UserErrors for no such job, an old version, a kind that
 * the viewer may not request, or a job that has ended.
 */
export async function cancelBulkJob(ctx: ViewerContext, args: RowArgs): Promise<Written<BulkJob>> {
  return ctx.transact(async (tx) => {
    // The lock waits for the current batch.
    const job = await rowToChange(tx, ctx, bulkJobs, args);
    if (!mayCancel(ctx.viewer, job.kind)) {
      throw forbiddenChange(CANCEL.JOB_NOT_YOURS({ kind: job.kind }), 'id');
    }
    if (job.completedAt) throw invalidState(JOB.JOB_ENDED({ status: job.status }), 'id');
    await tx.db.bulkJobItem.updateMany({
      where: { jobId: job.id, status: 'PENDING' },
      data: { status: 'SKIPPED', input: Prisma.DbNull },
    });
    await dropParts(tx.db, job.id);
    return endJob(tx, job, 'CANCELLED');
  });
}

function mayCancel({ permissions }: Viewer, kind: BulkJobKind): boolean {
  return rooms.bulkActions.some((action) => action.kind === kind && permissions.has(action.permission));
}
