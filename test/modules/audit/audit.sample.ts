import type { RoomSample } from '../../support/room-sample.ts';

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
  ],
  bounded: {
    'AuditEntry.changes': 'one for each field of a type',
    'DeliveryExplanation.steps': 'one for each decision',
    'DeliveryStep.hiddenFields': 'one for each field of a type',
  },
  randomWrites: {},
};
