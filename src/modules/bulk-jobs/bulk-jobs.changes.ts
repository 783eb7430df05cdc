import type { Entity } from '../../core/change.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';

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
