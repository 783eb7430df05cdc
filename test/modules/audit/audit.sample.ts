import type { RoomSample } from '../../support/room-sample.ts';

const LATEST_ACTIVITY = 'query ($id: ID) { activityFeed(tenantId: $id, first: 1) { nodes { id } } }';
const LATEST = 'query ($id: ID) { auditLog(tenantId: $id, first: 1) { nodes { id } } }';

export const sample: RoomSample = {
  rows: [
    {
      type: 'AuditEntry',
      needs: ['Tenant', 'BulkJob', 'MaintenanceRequest'],
      async find({ ids }, root) {
        const { auditLog } = await root.ask(LATEST, { id: ids.Tenant });
        return auditLog.nodes[0].id;
      },
    },
    {
      type: 'ActivityEntry',
      needs: ['Tenant'],
      async find({ ids }, root) {
        const { activityFeed } = await root.ask(LATEST_ACTIVITY, { id: ids.Tenant });
        return activityFeed.nodes[0].id;
      },
    },
  ],
  bounded: {
    'AuditEntry.changes': 'one for each field of a type',
    'DeliveryExplanation.steps': 'one for each decision',
    'DeliveryStep.hiddenFields': 'one for each field of a type',
    'ActivityEntry.params': 'the name of the row',
    'Query.activityTexts': 'three for each entity, and those of rooms',
  },
  randomWrites: {},
};
