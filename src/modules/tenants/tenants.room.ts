import './tenants.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './tenants.access.ts';
import { tenantEntity } from './tenants.changes.ts';

rooms.add({
  entities: [tenantEntity],
  activities: [
    stepInWords(tenantEntity, 'tenantSuspended', 'The tenant {name} was suspended.', { status: 'SUSPENDED' }),
  ],
  permissions,
  personal: {
    Tenant: {
      none: [
        'id',
        'organizationId',
        'name',
        'slug',
        'status',
        'businessTypeId',
        'statusPageSlug',
        'suspensions',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
