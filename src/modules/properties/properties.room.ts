import './properties.graph.ts';
import './units.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './properties.access.ts';
import { propertyEntity, unitEntity } from './properties.changes.ts';
import { demo } from './properties.demo.ts';
import { vacateUnits } from './units.reactions.ts';

rooms.add({
  module: 'properties',
  entities: [propertyEntity, unitEntity],
  reactions: [vacateUnits],
  permissions,
  demo,
  personal: {
    Property: {
      about: { customer: ['customerId'] },
      erase: ['name', 'address'],
      export: ['id', 'externalId', 'createdAt', 'updatedAt'],
      none: ['tenantId', 'customerId', 'version'],
    },
    Unit: {
      about: { customer: ['customerId'], user: ['residentId'] },
      export: ['id', 'externalId', 'propertyId', 'label', 'createdAt', 'updatedAt'],
      none: ['tenantId', 'customerId', 'residentId', 'version'],
    },
  },
});
