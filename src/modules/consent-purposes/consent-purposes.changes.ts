import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { ConsentPurpose } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  PURPOSE_KEY_TAKEN: 'The tenant has a purpose of this key already.',
});

/** The change-log entity of consent purposes. */
export const consentPurposeEntity: Entity<ConsentPurpose> = {
  name: 'ConsentPurpose',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    consent_purpose_tenant_id_key_key: {
      field: 'key',
      refusal: TAKEN.PURPOSE_KEY_TAKEN(),
    },
  },
};
