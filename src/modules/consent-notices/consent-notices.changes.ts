import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { ConsentNotice } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  NOTICE_LANGUAGE_TAKEN: 'The notice has a text in this language already.',
});

/** The change-log entity of notices. They are created and never change. */
export const consentNoticeEntity: Entity<ConsentNotice> = {
  name: 'ConsentNotice',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    consent_notice_purpose_id_notice_version_language_key: {
      field: 'language',
      refusal: TAKEN.NOTICE_LANGUAGE_TAKEN(),
    },
  },
};
