import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Consent } from '../../generated/prisma/client.ts';

const HELD = sentences('IN_USE', {
  CUSTOMER_HAS_HISTORY: 'The customer has a history, so it cannot be deleted.',
});

/** The change-log entity of consents. Their records are no entity: each is written with the change that it records. */
export const consentEntity: Entity<Consent> = {
  name: 'Consent',
  feeds: ({ tenantId }) => [tenantId],
  // A user who may delete customers need not know of consents.
  inUse: { customerId: HELD.CUSTOMER_HAS_HISTORY() },
};

/** The step to PENDING of a consent on a notice that no longer suffices. */
export const consentRenewal: DueKind<Consent> = { kind: 'consentRenewal', entity: consentEntity };

/** The end of a GRANTED or PENDING consent. */
export const consentExpiry: DueKind<Consent> = { kind: 'consentExpiry', entity: consentEntity };
