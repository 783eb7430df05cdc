import './bulk-jobs.graph.ts';
import './bulk-job-items.graph.ts';
import './bulk-job-progress.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './bulk-jobs.access.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

rooms.add({
  entities: [bulkJobEntity],
  permissions,
  personal: {
    BulkJob: {
      about: { user: ['requestedById'] },
      erase: ['ip'],
      export: ['id', 'kind', 'createdAt'],
      none: [
        'tenantId',
        'status',
        'total',
        'succeededCount',
        'failedCount',
        'requestedById',
        'apiTokenId',
        'requesterOfPlatform',
        'addedAttributes',
        'removedAttributes',
        'requestId',
        'startedAt',
        'completedAt',
        'version',
        'updatedAt',
      ],
    },
    BulkJobItem: {
      about: { user: ['targetId'] },
      erase: ['message', 'params'],
      none: ['id', 'jobId', 'targetId', 'status', 'errorCode', 'rule', 'faults'],
    },
  },
});
