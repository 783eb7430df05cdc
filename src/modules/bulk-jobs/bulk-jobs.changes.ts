import type { Entity } from '../../core/rows/change.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';

/** How a bulk job enters the change log. Its items do not: what is done to each is a change of its own entity. */
export const bulkJobEntity: Entity<BulkJob> = {
  name: 'BulkJob',
  feeds: ({ tenantId }) => [tenantId],
};
