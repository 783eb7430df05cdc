import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { Payment } from '../../generated/prisma/client.ts';
import { payments } from './payments.access.ts';
import { paymentEntity } from './payments.changes.ts';

/** The administrators of the tenant, the owners of the customer and the resident learn that a payment has failed. */
export const paymentFailed: Notice<Payment> = {
  key: 'paymentFailed',
  entity: paymentEntity,
  severity: 'WARNING',
  text: 'A payment has failed.',
  channels: 'notifications.payments.channels',
  happens: (before, after) => after.status === 'FAILED' && before?.status !== 'FAILED',
  params: () => ({}),
  recipients: ({ tenantId, customerId, residentId }) => ({
    tenantId,
    OR: [
      { role: 'TENANT_ADMIN' },
      { role: 'OWNER', customerId },
      ...(residentId ? [{ id: residentId }] : []),
    ],
  }),
  rule: payments.rule,
  visibleTo: (viewer) => payments.visibleTo(viewer) as Where<NoticeSubject>,
};
