import './service-type.graph.ts';
import './services.graph.ts';
import './service-uptime.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { endOverrideWhenDue } from './override-end.ts';
import { permissions } from './services.access.ts';
import { overrideEnd, serviceEntity } from './services.changes.ts';
import { demo } from './services.demo.ts';

rooms.add({
  module: 'status',
  entities: [serviceEntity],
  dueActions: [{ ...overrideEnd, act: endOverrideWhenDue }],
  permissions,
  demo,
  personal: {
    Service: {
      none: [
        'id',
        'organizationId',
        'tenantId',
        'teamId',
        'name',
        'group',
        'description',
        'position',
        'isPublic',
        'status',
        'statusSource',
        'derivedStatus',
        'overrideStatus',
        'overrideReason',
        'overrideUntil',
        'memberVersion',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    ServiceEffect: {
      none: ['id', 'serviceId', 'source', 'sourceId', 'status', 'fromAt', 'toAt'],
    },
  },
});
