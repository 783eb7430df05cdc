import './sessions.graph.ts';
import './stream-tickets.graph.ts';
import './second-factor/second-factor.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { sessionEntity } from './sessions.changes.ts';
import { deleteSessionsOfDeleted, signOutBarredUsers } from './sessions.reactions.ts';
import { storeEndsOfSettings } from './settings-ends.reactions.ts';

rooms.add({
  entities: [sessionEntity],
  reactions: [signOutBarredUsers, deleteSessionsOfDeleted],
  tallies: [storeEndsOfSettings],
  personal: {
    Session: {
      about: { user: ['userId'] },
      export: ['id', 'createdAt', 'expiresAt', 'revokedAt', 'provider', 'factor', 'authenticatedAt'],
      none: ['userId', 'tenantSuspensions', 'version'],
    },
    SessionRenewal: { none: ['sessionId', 'newest', 'exchanged', 'renewedAt', 'endedAt'] },
    Credential: { about: { user: ['userId'] }, remove: ['userId', 'passwordHash'] },
    SecondFactor: {
      about: { user: ['userId'] },
      remove: ['userId', 'sealedSecret', 'confirmedAt', 'lastStep'],
    },
    OutsideIdentity: { about: { user: ['userId'] }, remove: ['issuer', 'subject', 'userId', 'createdAt'] },
  },
});
