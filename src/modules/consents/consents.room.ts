import './consents.graph.ts';
import './consent-steps.graph.ts';
import './consent-history.graph.ts';
import './contact-for.graph.ts';
import './outdated-consents.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { renewWhenDue } from './consent-renewal.ts';
import { expireWhenDue } from './consent-steps.ts';
import { subjectRowOf } from './consent-subject.ts';
import { permissions } from './consents.access.ts';
import { consentEntity, consentExpiry, consentRenewal } from './consents.changes.ts';
import { demo } from './consents.demo.ts';
import { carryConsentStates, leaveConsentsBehind, renewConsents } from './consents.reactions.ts';
import { consentChanged } from './subject-notices.ts';

rooms.add({
  module: 'consents',
  entities: [consentEntity],
  activities: [
    stepInWords(consentEntity, 'consentGranted', 'The consent was granted.', { state: 'GRANTED' }),
    stepInWords(consentEntity, 'consentRevoked', 'The consent was revoked.', { state: 'REVOKED' }),
    stepInWords(consentEntity, 'consentExpired', 'The consent expired.', { state: 'EXPIRED' }),
  ],
  notifies: [consentChanged],
  reactions: [carryConsentStates, leaveConsentsBehind, renewConsents],
  dueActions: [
    { ...consentExpiry, act: expireWhenDue, alsoChanges: subjectRowOf },
    { ...consentRenewal, act: renewWhenDue, alsoChanges: subjectRowOf },
  ],
  permissions,
  demo,
  personal: {
    Consent: {
      about: { customer: ['customerId'], user: ['memberId'] },
      notOfCustomerWith: 'memberId',
      export: [
        'id',
        'purposeId',
        'state',
        'noticeVersion',
        'language',
        'channel',
        'staffTeam',
        'grantedAt',
        'expiresAt',
        'createdAt',
        'updatedAt',
      ],
      none: ['tenantId', 'customerId', 'memberId', 'version'],
    },
    // Records are not rows about a person: a function of the database erases them, because no right can.
    ConsentRecord: {
      erase: ['actorName', 'evidenceReference'],
      keep: {
        reason: 'The proof of who agreed to what, and when, without the name of the person.',
        columns: [
          'step',
          'purposeId',
          'purposeKey',
          'purposeTitle',
          'previousState',
          'state',
          'noticeVersion',
          'language',
          'channel',
          'staffTeam',
          'requiredNoticeVersion',
          'grantedAt',
          'expiresAt',
          'recordedAt',
          'actorId',
          'evidenceKind',
        ],
      },
      none: ['id', 'consentId', 'consentVersion', 'actorKind', 'actorOfPlatform'],
    },
  },
});
