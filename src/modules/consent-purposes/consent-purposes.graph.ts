import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { consentPurposes } from './consent-purposes.access.ts';
import {
  consentPurposeCreateInput,
  consentPurposeUpdateInput,
  createConsentPurpose,
} from './consent-purposes.commands.ts';

rowType('ConsentPurpose', consentPurposes, {
  description: 'A purpose for which a tenant asks its customers and their members for consent.',
  columns: {
    tenantId: 'The tenant that asks.',
    key: 'The key, unique in the tenant. It never changes.',
    title: 'The title, as subjects read it.',
    description: 'Description of what the data is used for. Null if not given.',
    requiresDoubleOptIn: 'Whether a grant is PENDING until the subject confirms it.',
    validityDays: 'The days after which a consent expires. Null if it does not.',
    isActive: 'Whether consent to it can be granted. It can be revoked in any case.',
    noticeVersion: 'The current version of its notice, which a grant must name. Null if none was published.',
    requiredNoticeVersion:
      'The oldest version of its notice that suffices: what was granted on an older one becomes PENDING. Null if every version suffices.',
  },
});

const ConsentPurposeFilter = filterInput(consentPurposes, {
  key: 'By key.',
  title: 'By title.',
  requiresDoubleOptIn: 'By whether a grant must be confirmed.',
  validityDays: 'By the days after which a consent expires.',
  isActive: 'By whether consent to it can be granted.',
  noticeVersion: 'By the current version of its notice.',
  requiredNoticeVersion: 'By the oldest version of its notice that suffices.',
});

const ConsentPurposeOrder = orderInput(consentPurposes, ['title', 'asc'], {
  key: 'By key.',
  title: 'By title.',
  requiresDoubleOptIn: 'By whether a grant must be confirmed, those without first.',
  validityDays: 'By the days after which a consent expires; no end comes last, with DESC first.',
  isActive: 'By whether consent to it can be granted, inactive ones first.',
  noticeVersion: 'By the version of its notice. Those without one come last, with DESC first.',
  requiredNoticeVersion:
    'By the oldest version of its notice that suffices. Where every one does, it comes last, with DESC first.',
});

rowField('consentPurpose', consentPurposes);

rowsField('consentPurposes', consentPurposes, { filter: ConsentPurposeFilter, order: ConsentPurposeOrder });

createField('consentPurposeCreate', consentPurposes, consentPurposeCreateInput, createConsentPurpose);

updateField('consentPurposeUpdate', consentPurposes, consentPurposeUpdateInput);

deleteField(
  'consentPurposeDelete',
  consentPurposes,
  'Deletes a purpose that has no notices and no consents. Others are made inactive.',
);

changeFields(consentPurposes, ConsentPurposeFilter, {
  created: 'consentPurposeCreated',
  updated: 'consentPurposeUpdated',
  deleted: 'consentPurposeDeleted',
  all: 'consentPurposeChanged',
});
