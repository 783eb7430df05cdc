import type { Entity } from '../../core/rows/change.ts';
import type { ConsentState, ConsentStats } from '../../generated/prisma/client.ts';

/** The columns that count the consents in each state. */
export const COUNT_OF = {
  PENDING: 'pending',
  GRANTED: 'granted',
  REVOKED: 'revoked',
  EXPIRED: 'expired',
} as const satisfies Record<ConsentState, keyof ConsentStats>;

/** The change-log entity of the counts of a purpose's consents. */
export const consentStatsEntity: Entity<ConsentStats> = {
  name: 'ConsentStats',
  feeds: ({ tenantId }) => [tenantId],
};
