import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Customer, CustomerStats, CustomerStatus } from '../../generated/prisma/client.ts';

/** The refusal of a name of customers that is taken. */
export const TAKEN = sentences('ALREADY_EXISTS', {
  CUSTOMER_EXTERNAL_ID_TAKEN: 'The tenant has a customer of this external id already.',
});
const USED = sentences('IN_USE', {
  PLAN_HAS_CUSTOMERS: 'Customers still have the plan: give them another one first.',
});

const STAFF_ONLY = ['externalId', 'internalNotes', 'kind', 'consentStates', 'erasedAt'] as const;

/** The part of a customer that its owners and managers see. */
export const accountView: PartialView<Customer> = {
  version: 'accountVersion',
  updatedAt: 'accountUpdatedAt',
  hidden: STAFF_ONLY,
};

/** The part that its residents see: they learn of no neighbour. */
export const residentView: PartialView<Customer> = {
  version: 'residentVersion',
  updatedAt: 'residentUpdatedAt',
  hidden: [...STAFF_ONLY, 'email', 'phone', 'memberCount', 'propertyCount'],
};

/** The change-log entity of customers. A customer's own users receive the same changes as changes of their account. */
export const customerEntity: Entity<Customer> = {
  name: 'Customer',
  feeds: ({ tenantId }) => [tenantId],
  formerNames: { owner: 'contactName' },
  views: [accountView, residentView],
  inUse: { planId: USED.PLAN_HAS_CUSTOMERS() },
  unique: {
    customer_tenant_id_external_id_key: {
      field: 'externalId',
      refusal: TAKEN.CUSTOMER_EXTERNAL_ID_TAKEN(),
    },
  },
};

/** The columns that count the customers of each status. */
export const COUNT_OF = {
  TRIAL: 'trial',
  ACTIVE: 'active',
  PAST_DUE: 'pastDue',
  SUSPENDED: 'suspended',
  CANCELLED: 'cancelled',
} as const satisfies Record<CustomerStatus, keyof CustomerStats>;

/** The change-log entity of the counts of a tenant's customers. */
export const customerStatsEntity: Entity<CustomerStats> = {
  name: 'CustomerStats',
  feeds: ({ id }) => [id],
};
