import type { Entity } from '../../core/change.ts';
import type { Payment } from '../../generated/prisma/client.ts';

/** How a payment enters the change log. */
export const paymentEntity: Entity<Payment> = {
  name: 'Payment',
  table: 'payment',
  columns: [
    'id',
    'tenantId',
    'customerId',
    'propertyId',
    'unitId',
    'residentId',
    'amountMinor',
    'currency',
    'status',
    'dueAt',
    'receivedAt',
    'failedAt',
    'refundedAt',
    'method',
    'reference',
    'failureReason',
    'refundReason',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['dueAt', 'receivedAt', 'failedAt', 'refundedAt', 'createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: ({ customerId, residentId }) => ({
    customer: customerId,
    ...(residentId && { user: residentId }),
  }),
};
