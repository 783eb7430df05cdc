import type { Entity } from '../../core/change.ts';
import type { Property, Unit } from '../../generated/prisma/client.ts';

/** How a property enters the change log. */
export const propertyEntity: Entity<Property> = {
  name: 'Property',
  table: 'property',
  columns: ['id', 'tenantId', 'customerId', 'name', 'address', 'version', 'createdAt', 'updatedAt'],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: ({ customerId }) => ({ customer: customerId }),
};

/** How a unit enters the change log. */
export const unitEntity: Entity<Unit> = {
  name: 'Unit',
  table: 'unit',
  columns: [
    'id',
    'tenantId',
    'customerId',
    'propertyId',
    'label',
    'residentId',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: ({ customerId, residentId }) => ({
    customer: customerId,
    ...(residentId && { user: residentId }),
  }),
};
