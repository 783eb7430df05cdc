import './payments.graph.ts';
import './payment-transitions.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { paymentFailed } from './payment-notices.ts';
import { permissions } from './payments.access.ts';
import { paymentEntity } from './payments.changes.ts';
import { demo } from './payments.demo.ts';

rooms.add({
  module: 'payments',
  entities: [paymentEntity],
  notifies: [paymentFailed],
  activities: [
    stepInWords(paymentEntity, 'paymentReceived', 'The payment was received.', { status: 'RECEIVED' }),
    stepInWords(paymentEntity, 'paymentFailed', 'The payment failed.', { status: 'FAILED' }),
    stepInWords(paymentEntity, 'paymentRefunded', 'The payment was refunded.', { status: 'REFUNDED' }),
  ],
  permissions,
  demo,
  personal: {
    Payment: {
      about: { customer: ['customerId'], user: ['residentId'] },
      erase: ['failureReason', 'refundReason'],
      keep: {
        reason: 'Books have to be kept for years.',
        columns: [
          'amountMinor',
          'currency',
          'status',
          'dueAt',
          'receivedAt',
          'failedAt',
          'refundedAt',
          'method',
          'reference',
        ],
      },
      export: ['id', 'propertyId', 'unitId', 'createdAt', 'updatedAt'],
      none: ['tenantId', 'customerId', 'residentId', 'version'],
    },
  },
});
