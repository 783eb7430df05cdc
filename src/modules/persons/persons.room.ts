import './person-exports.graph.ts';
import './persons.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { logTables } from './log-tables.ts';
import { eraseNext } from './person-erasing.ts';
import { permissions } from './persons.access.ts';
import { personErasing, personErasureEntity } from './persons.changes.ts';

rooms.add({
  entities: [personErasureEntity],
  dueActions: [{ ...personErasing, act: eraseNext, whileArchived: true }],
  permissions,
  personal: {
    ...logTables,
    PersonErasure: {
      about: { customer: ['customerId'], user: ['userId'] },
      none: [
        'id',
        'tenantId',
        'organizationId',
        'customerId',
        'userId',
        'status',
        'erasedEntryCount',
        'keptPaymentCount',
        'keptConsentRecordCount',
        'completedAt',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    PersonErasureWalk: { none: ['erasureId', 'feed', 'seq', 'erasedCount'] },
  },
});
