import './consents.graph.ts';
import './consent-steps.graph.ts';
import './consent-history.graph.ts';
import './consents-as-of.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './consents.access.ts';
import { consentEntity } from './consents.changes.ts';
import { demo } from './consents.demo.ts';

rooms.add({ entities: [consentEntity], permissions, demo });
