import type { Entity } from '../../core/rows/change.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';

/** The change-log entity of bulk jobs. Items are not logged: the action on each is a change of its own entity. */
export const bulkJobEntity: Entity<BulkJob> = {
  name: 'BulkJob',
  feeds: ({ tenantId }) => [tenantId],
};
