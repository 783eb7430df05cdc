import { createField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { consentPurposes } from '../consent-purposes/consent-purposes.access.ts';
import { consentNotices } from './consent-notices.access.ts';
import {
  consentNoticePublishInput,
  consentNoticeTranslateInput,
  publishNotice,
  translateNotice,
} from './consent-notices.commands.ts';

rowType('ConsentNotice', consentNotices, {
  description: 'The text that asks for consent, in one version and one language. It never changes.',
  columns: {
    tenantId: 'The tenant that asks.',
    purposeId: 'The purpose that it asks consent for.',
    noticeVersion: 'Counts the notices of the purpose from 1. Translations of a notice have its number.',
    language: 'The language of the text, as a tag of BCP 47.',
    text: 'The text.',
    sha256: 'The SHA-256 of the text in UTF-8, in hexadecimal.',
  },
});

relationField('ConsentNotice', 'purpose', consentPurposes, {
  description: 'The purpose. Null if the viewer may not see it.',
  column: 'purposeId',
  columns: [],
});

relatedRowsField('ConsentPurpose', 'notices', consentNotices, {
  description: 'Its notices in every version and language, the latest first.',
  column: 'purposeId',
  order: ['createdAt', 'desc'],
});

const ConsentNoticeFilter = filterInput(consentNotices, {
  purposeId: { idOf: 'ConsentPurpose', description: 'By the id of the purpose.' },
  noticeVersion: 'By version.',
  language: 'By language.',
  text: 'By text.',
  sha256: 'By the SHA-256 of the text.',
});

const ConsentNoticeOrder = orderInput(consentNotices, ['createdAt', 'desc'], {
  noticeVersion: 'By version.',
  language: 'By language.',
});

rowField('consentNotice', consentNotices);

rowsField('consentNotices', consentNotices, { filter: ConsentNoticeFilter, order: ConsentNoticeOrder });

createField(
  'consentNoticePublish',
  consentNotices,
  consentNoticePublishInput,
  publishNotice,
  'Publishes the next version of the notice of a purpose. From then on a grant must name it. If it requires consent again, the server turns the consents on older versions PENDING, a few at a time: `ConsentPurpose.outdatedConsentCount` counts those that are left.',
);

createField(
  'consentNoticeTranslate',
  consentNotices,
  consentNoticeTranslateInput,
  translateNotice,
  'Adds a language to the current version of a notice. The version stays, so no subject is asked again.',
);

changeFields(consentNotices, ConsentNoticeFilter, {
  created: 'consentNoticeCreated',
  deleted: 'consentNoticeDeleted',
  all: 'consentNoticeChanged',
});
