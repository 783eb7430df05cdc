import './tenants.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './tenants.access.ts';
import { tenantEntity } from './tenants.changes.ts';

rooms.add({
  entities: [tenantEntity],
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
