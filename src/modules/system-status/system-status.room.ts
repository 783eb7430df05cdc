import './system-status.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { systemStatusEntity } from './system-status.changes.ts';
import { rollUpIncidents, rollUpServices } from './system-status.reactions.ts';

rooms.add({
  module: 'status',
  entities: [systemStatusEntity],
  tallies: [rollUpServices, rollUpIncidents],
  personal: {
    SystemStatus: {
      none: [
        'id',
        'organizationId',
        'tenantId',
        'group',
        'status',
        'operational',
        'underMaintenance',
        'degraded',
        'partialOutage',
        'majorOutage',
        'openIncidents',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
