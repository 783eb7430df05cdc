import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'BulkJob',
      needs: ['User'],
      create: ({ ids }) => [
        'usersAttributesUpdate',
        { tenantId: ids.Tenant, ids: [ids.User], remove: ['nothing'] },
      ],
    },
  ],
  bounded: {
    'BulkJob.addedAttributes': 'at most 100',
    'BulkJob.removedAttributes': 'at most 100',
    'BulkJobItem.params': 'those of one message',
    'BulkJobItem.userErrors': 'at most 10',
  },
  // There are so many users that the job cannot have ended when it is cancelled.
  async story({ run, root, ids, jobsEnded }) {
    const many = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const asked = await run('usersDelete', { tenantId: ids.Tenant, ids: many }, root, 'bulkJobId');
    await run('bulkJobCancel', { id: asked.bulkJobId });
    await jobsEnded();
  },
  randomWrites: {},
};
