import './organizations.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './organizations.access.ts';
import { organizationEntity } from './organizations.changes.ts';

rooms.add({
  entities: [organizationEntity],
  permissions,
  personal: {
    Organization: { none: ['id', 'name', 'slug', 'version', 'createdAt', 'updatedAt'] },
  },
});
