import './consents.graph.ts';
import './consent-steps.graph.ts';
import './consent-history.graph.ts';
import './contact-for.graph.ts';
import './outdated-consents.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { renewWhenDue } from './consent-renewal.ts';
import { expireWhenDue } from './consent-steps.ts';
import { permissions } from './consents.access.ts';
import { consentEntity, consentExpiry, consentRenewal } from './consents.changes.ts';
import { demo } from './consents.demo.ts';
import { carryConsentStates, leaveConsentsBehind, renewConsents } from './consents.reactions.ts';

rooms.add({
  entities: [consentEntity],
  reactions: [carryConsentStates, leaveConsentsBehind, renewConsents],
  dueActions: [
    { ...consentExpiry, act: expireWhenDue },
    { ...consentRenewal, act: renewWhenDue },
  ],
  permissions,
  demo,
});
