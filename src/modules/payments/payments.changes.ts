import type { Entity } from '../../core/rows/change.ts';
import type { Payment } from '../../generated/prisma/client.ts';

/** How a payment enters the change log. */
export const paymentEntity: Entity<Payment> = {
  name: 'Payment',
  feeds: ({ tenantId }) => [tenantId],
  // In the same words as for maintenance requests: not every user who may delete units may know of both.
  inUse: { unitId: 'The unit has a history, so it cannot be deleted.' },
};
