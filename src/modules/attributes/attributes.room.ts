import './attributes.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './attributes.access.ts';
import { attributeEntity } from './attributes.changes.ts';
import { demo } from './attributes.demo.ts';

rooms.add({
  entities: [attributeEntity],
  permissions,
  demo,
  personal: {
    Attribute: {
      none: [
        'id',
        'tenantId',
        'scope',
        'name',
        'valueType',
        'description',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
