import './kept-payments.graph.ts';
import './tenant-erasures.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { eraseNext } from './tenant-erasing.ts';
import { permissions } from './tenant-erasures.access.ts';
import { tenantErasing, tenantErasureEntity } from './tenant-erasures.changes.ts';

rooms.add({
  entities: [tenantErasureEntity],
  dueActions: [
    {
      ...tenantErasing,
      act: eraseNext,
      alsoChanges: ({ tenantId }) => ({ entity: tenantEntity, id: tenantId }),
    },
  ],
  permissions,
  personal: {
    TenantErasure: {
      none: [
        'id',
        'tenantId',
        'organizationId',
        'tenantName',
        'tenantSlug',
        'status',
        'formerStatus',
        'erasesAt',
        'beganAt',
        'completedAt',
        'deletedUserCount',
        'deletedCustomerCount',
        'deletedPaymentCount',
        'deletedRowCount',
        'keptPaymentCount',
        'erasedEntryCount',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
    TenantErasureCount: { none: ['erasureId', 'model', 'count'] },
    TenantErasurePerson: { none: ['erasureId', 'personId'] },
    TenantErasureWalk: { none: ['erasureId', 'feed', 'seq', 'erasedCount'] },
    KeptPayment: {
      none: ['id', 'erasureId', 'payerId', 'amountMinor', 'currency', 'receivedAt', 'refundedAt'],
    },
  },
});
