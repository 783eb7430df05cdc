import './business-types.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './business-types.access.ts';
import { businessTypeEntity } from './business-types.changes.ts';

rooms.add({
  entities: [businessTypeEntity],
  permissions,
  personal: {
    BusinessType: { none: ['id', 'key', 'name', 'version', 'createdAt', 'updatedAt'] },
  },
});
