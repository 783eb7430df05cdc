import './customers.graph.ts';
import './customer-stats.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { importCustomersAction, tryCustomersAction } from './customer-imports.commands.ts';
import { permissions } from './customers.access.ts';
import { customerEntity, customerStatsEntity } from './customers.changes.ts';
import { demo } from './customers.demo.ts';
import { countCustomers, countMembers, countProperties, openAndCloseStats } from './customers.reactions.ts';

rooms.add({
  entities: [customerEntity, customerStatsEntity],
  reactions: [countMembers, countCustomers, countProperties, openAndCloseStats],
  bulkActions: [importCustomersAction, tryCustomersAction],
  permissions,
  demo,
  personal: {
    Customer: {
      about: { customer: ['id'] },
      erase: ['externalId', 'company', 'contactName', 'email', 'phone', 'internalNotes'],
      export: [
        'id',
        'status',
        'kind',
        'planId',
        'memberCount',
        'propertyCount',
        'consentStates',
        'createdAt',
        'updatedAt',
      ],
      none: [
        'tenantId',
        'erasedAt',
        'version',
        'accountVersion',
        'accountUpdatedAt',
        'residentVersion',
        'residentUpdatedAt',
      ],
    },
    CustomerStats: {
      none: [
        'id',
        'total',
        'trial',
        'active',
        'pastDue',
        'suspended',
        'cancelled',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
