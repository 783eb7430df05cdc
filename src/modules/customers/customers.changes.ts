import type { Entity } from '../../core/rows/change.ts';
import type { Customer, CustomerStats, CustomerStatus } from '../../generated/prisma/client.ts';

/** How a customer enters the change log. Its own users follow the same changes as those of their account. */
export const customerEntity: Entity<Customer> = {
  name: 'Customer',
  feeds: ({ tenantId }) => [tenantId],
  inUse: { planId: 'Customers still have the plan: give them another one first.' },
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
  feeds: ({ id }) => [id],
};
