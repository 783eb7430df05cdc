import './consents.graph.ts';
import './consent-steps.graph.ts';
import './consent-history.graph.ts';
import './contact-for.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { expireWhenDue } from './consent-steps.ts';
import { permissions } from './consents.access.ts';
import { consentEntity, consentExpiry } from './consents.changes.ts';
import { demo } from './consents.demo.ts';
import { carryConsentStates, leaveConsentsBehind } from './consents.reactions.ts';

rooms.add({
  entities: [consentEntity],
  reactions: [carryConsentStates, leaveConsentsBehind],
  dueActions: [{ ...consentExpiry, act: expireWhenDue }],
  permissions,
  demo,
});
