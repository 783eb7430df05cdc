import type { Viewer } from '../../core/viewer.ts';
import { staffOfTenant } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';

/** Bulk jobs are seen by the staff who may read them. */
export function bulkJobsVisibleTo(viewer: Viewer): Where<BulkJob> {
  return staffOfTenant<BulkJob>(viewer, 'bulk-jobs:read');
}
