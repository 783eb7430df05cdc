import type { Consent, ConsentState as State } from '../../generated/prisma/client.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { consentPurposes } from '../consent-purposes/consent-purposes.access.ts';
import { consentsAt } from './consent-ledger.ts';
import { consents } from './consents.access.ts';

export const ConsentState = enumType('ConsentState', 'State of a consent.', {
  PENDING: 'Waiting for the subject: to confirm its grant, or to grant again on a newer notice.',
  GRANTED: 'Granted.',
  REVOKED: 'Revoked, or refused before it was ever granted.',
  EXPIRED: 'Past its end, or never confirmed in time.',
});

export const ConsentChannel = enumType('ConsentChannel', 'The way in which a consent changed.', {
  SUBJECT: 'The subject changed it.',
  STAFF: 'Staff changed it on behalf of the subject.',
  SYSTEM: 'It reached its end, or a newer notice requires consent again.',
});

export const StaffTeam = enumType('StaffTeam', 'The team of a user of the staff, by its role.', {
  CUSTOMER_SERVICE: 'The service representatives of the tenant.',
  SUPPORT: 'The support of the tenant.',
  ADMINISTRATION: 'The administrators of the tenant.',
  ORGANIZATION: 'The staff of the organization.',
  PLATFORM: 'The staff of the platform.',
});

rowType('Consent', consents, {
  description:
    'The consent of one subject to one purpose. The subject is a customer, for which its owners act, or a user of a customer, who acts alone. Only the subject and staff see it.',
  columns: {
    tenantId: 'The tenant that asks.',
    customerId: 'The customer that is the subject, or whose user is.',
    memberId: 'The user who is the subject, who may no longer exist. Null if it is the customer itself.',
    purposeId: 'The purpose.',
    state: 'State of the consent.',
    noticeVersion:
      'The version of the notice that was shown last. Null if it was refused before one was shown.',
    language: 'The language in which it was shown. Null if it was refused before one was shown.',
    channel: 'The way in which it changed last.',
    staffTeam: 'The team of the staff that changed it last. Null if staff did not change it last.',
    grantedAt: 'The time of the last grant. Null if it was never granted.',
    expiresAt:
      'The end: of a GRANTED consent by the validity of its purpose, of a PENDING one 30 days after it became so. Null if it has none, or is REVOKED.',
  },
});

relationField('Consent', 'purpose', consentPurposes, {
  description: 'The purpose. Null if the viewer may not see it.',
  column: 'purposeId',
  columns: [],
});

const ConsentFilter = filterInput(consents, {
  customerId: 'By the id of the customer that is the subject, or whose user is.',
  memberId: { idOf: 'User', description: 'By the id of the user who is the subject.' },
  purposeId: { idOf: 'ConsentPurpose', description: 'By the id of the purpose.' },
  state: 'By state.',
  noticeVersion: 'By the version of the notice that was shown.',
  language: 'By the language in which it was shown.',
  channel: 'By the way in which it changed last.',
  staffTeam: 'By the team of the staff that changed it last.',
  grantedAt: 'By the time of the last grant.',
  expiresAt: 'By its end.',
});

const ConsentOrder = orderInput(consents, ['createdAt', 'desc'], {
  state: 'By state, from PENDING to EXPIRED.',
  channel: 'By the way in which it changed last, from SUBJECT to SYSTEM.',
  staffTeam:
    'By the team of the staff that changed it last. Those that staff did not change last come last, with DESC first.',
  noticeVersion: 'By the version of the notice that was shown. Those without one come last, with DESC first.',
  grantedAt: 'By the time of the last grant. Those that were never granted come last, with DESC first.',
  expiresAt: 'By its end. Those without one come last, with DESC first.',
});

rowField('consent', consents);

rowsField('consents', consents, {
  filter: ConsentFilter,
  order: ConsentOrder,
  past: { fixed: ['id', 'customerId', 'memberId', 'purposeId', 'createdAt'], at: consentsAt },
});

changeFields(consents, ConsentFilter, {
  created: 'consentCreated',
  updated: 'consentUpdated',
  deleted: 'consentDeleted',
  all: 'consentChanged',
});

domainEventField('consentGranted', consents, {
  description:
    'A consent was granted or, where that is required, confirmed; or it was granted on a newer notice.',
  filter: ConsentFilter,
  happens: (before, after) =>
    becomes('GRANTED')(before, after) ||
    (after.state === 'GRANTED' && before?.noticeVersion !== after.noticeVersion),
});

domainEventField('consentRevoked', consents, {
  description: 'A consent was revoked, or refused before it was ever granted.',
  filter: ConsentFilter,
  happens: becomes('REVOKED'),
});

domainEventField('consentExpired', consents, {
  description: 'A consent reached its end, or was not confirmed in time.',
  filter: ConsentFilter,
  happens: becomes('EXPIRED'),
});

function becomes(state: State) {
  return (before: Pick<Consent, 'state'> | null, after: Pick<Consent, 'state'>) =>
    before?.state !== state && after.state === state;
}
