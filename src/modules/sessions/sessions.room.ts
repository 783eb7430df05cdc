import './sessions.graph.ts';
import './stream-tickets.graph.ts';
import './second-factor/second-factor.graph.ts';
import './own-sessions/own-sessions.graph.ts';
import './password-reset/password-reset.graph.ts';
import './outside-identities/outside-identities.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { deleteIdentitiesOfDeleted } from './outside-identities/outside-identities.reactions.ts';
import { endLinksOfAddress } from './password-reset/password-reset.reactions.ts';
import { passwordResetText, passwordWasResetText } from './password-reset/password-reset-mail.ts';
import { outsideIdentityEntity, sessionEntity } from './sessions.changes.ts';
import { deleteSessionsOfDeleted, signOutBarredUsers } from './sessions.reactions.ts';
import { storeEndsOfSettings } from './settings-ends.reactions.ts';

rooms.add({
  entities: [sessionEntity, outsideIdentityEntity],
  reactions: [signOutBarredUsers, deleteSessionsOfDeleted, deleteIdentitiesOfDeleted, endLinksOfAddress],
  mailTexts: [passwordResetText, passwordWasResetText],
  tallies: [storeEndsOfSettings],
  personal: {
    Session: {
      about: { user: ['userId'] },
      erase: ['device'],
      export: ['id', 'createdAt', 'expiresAt', 'revokedAt', 'provider', 'factor', 'authenticatedAt'],
      none: ['userId', 'tenantSuspensions', 'version'],
    },
    SessionRenewal: { none: ['sessionId', 'newest', 'exchanged', 'renewedAt', 'endedAt'] },
    Credential: { about: { user: ['userId'] }, remove: ['userId', 'passwordHash'] },
    SecondFactor: {
      about: { user: ['userId'] },
      remove: ['userId', 'sealedSecret', 'confirmedAt', 'lastStep'],
    },
    // Of an address, and gone within hours; an erasure changes the address, which ends its link.
    PasswordReset: { none: ['email', 'hash', 'createdAt', 'expiresAt'] },
    OutsideIdentity: {
      about: { user: ['userId'] },
      erase: ['subject'],
      export: ['id', 'issuer', 'createdAt', 'signedOutAt'],
      none: ['userId', 'sessionlessSignedOutAt', 'signOuts', 'version'],
    },
    OutsideSession: {
      about: { user: ['userId'] },
      remove: ['issuer', 'sid', 'userId', 'createdAt', 'endedAt'],
    },
    OutsideLogout: { none: ['issuer', 'jti', 'subject', 'issuedAt'] },
  },
});
