import './maintenance-windows.graph.ts';
import './window-steps.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { maintenanceWindowEntity, windowEnd, windowStart } from './maintenance-windows.changes.ts';
import { demo } from './maintenance-windows.demo.ts';
import { completeWhenDue, startWhenDue } from './window-steps.ts';

rooms.add({
  module: 'status',
  entities: [maintenanceWindowEntity],
  dueActions: [
    { ...windowStart, act: startWhenDue },
    { ...windowEnd, act: completeWhenDue },
  ],
  demo,
  personal: {
    MaintenanceWindow: {
      none: [
        'id',
        'organizationId',
        'tenantId',
        'teamId',
        'title',
        'description',
        'status',
        'startsAt',
        'endsAt',
        'startedAt',
        'endedAt',
        'serviceIds',
        'memberVersion',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    MaintenanceWindowService: { none: ['windowId', 'serviceId'] },
  },
});
