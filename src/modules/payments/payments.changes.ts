import type { Entity } from '../../core/rows/change.ts';
import type { Payment } from '../../generated/prisma/client.ts';

import { UNIT_IN_USE } from '../properties/properties.changes.ts';

/** The change-log entity of payments. */
export const paymentEntity: Entity<Payment> = {
  name: 'Payment',
  feeds: ({ tenantId }) => [tenantId],
  // The message is the same as for maintenance requests: a user who may delete units may not know both kinds of rows.
  inUse: { unitId: UNIT_IN_USE.UNIT_HAS_HISTORY() },
};
