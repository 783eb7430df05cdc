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
      about: { customer: ['targetId'], user: ['targetId'] },
      erase: ['message', 'params', 'errors', 'input'],
      none: ['id', 'jobId', 'targetId', 'status', 'errorCode', 'rule', 'line', 'outcome', 'faults'],
    },
    // The lines of a file are here until its job begins, and name no row before that.
    BulkJobPart: { none: ['id', 'jobId', 'lines', 'createdAt'] },
  },
});
