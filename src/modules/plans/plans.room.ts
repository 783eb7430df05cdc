import './plans.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './plans.access.ts';
import { planEntity } from './plans.changes.ts';
import { demo } from './plans.demo.ts';

rooms.add({
  entities: [planEntity],
  permissions,
  demo,
  personal: {
    Plan: {
      none: [
        'id',
        'tenantId',
        'name',
        'monthlyPriceMinor',
        'currency',
        'maxProperties',
        'maxMembers',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
