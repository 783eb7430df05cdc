import type { Entity } from '../../core/change.ts';
import type { Customer, CustomerStats, CustomerStatus } from '../../generated/prisma/client.ts';

/** How a customer enters the change log. Its members follow the same changes as those of their account. */
export const customerEntity: Entity<Customer> = {
  name: 'Customer',
  table: 'customer',
  columns: [
    'id',
    'tenantId',
    'company',
    'owner',
    'email',
    'phone',
    'status',
    'kind',
    'planId',
    'internalNotes',
    'memberCount',
    'propertyCount',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: ({ id }) => ({ customer: id }),
};

/** The column that counts the customers of each status. */
export const COUNT_OF = {
  TRIAL: 'trial',
  ACTIVE: 'active',
  PAST_DUE: 'pastDue',
  SUSPENDED: 'suspended',
  CANCELLED: 'cancelled',
} as const satisfies Record<CustomerStatus, keyof CustomerStats>;

/** How the counts of a tenant's customers enter the change log. */
export const customerStatsEntity: Entity<CustomerStats> = {
  name: 'CustomerStats',
  table: 'customer_stats',
  columns: ['id', 'total', ...Object.values(COUNT_OF), 'version', 'createdAt', 'updatedAt'],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ id }) => [id],
  concerns: () => ({}),
};
