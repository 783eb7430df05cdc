import './sessions.graph.ts';
import './stream-tickets.graph.ts';
import './second-factor/second-factor.graph.ts';
import './second-factor/recovery-codes.graph.ts';
import './own-sessions/own-sessions.graph.ts';
import './password-reset/password-reset.graph.ts';
import './email-change/email-change.graph.ts';
import './outside-identities/outside-identities.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { endEmailChange } from './email-change/email-change.reactions.ts';
import {
  emailChangeText,
  emailChangeToldText,
  emailWasChangedText,
} from './email-change/email-change-mail.ts';
import { deleteIdentitiesOfDeleted } from './outside-identities/outside-identities.reactions.ts';
import { endLinksOfAddress } from './password-reset/password-reset.reactions.ts';
import { passwordResetText, passwordWasResetText } from './password-reset/password-reset-mail.ts';
import { removeResetFactor } from './second-factor/second-factor.reactions.ts';
import { recoveryCodeUsedText, secondFactorResetText } from './second-factor/second-factor-mail.ts';
import { outsideIdentityEntity, sessionEntity } from './sessions.changes.ts';
import { deleteSessionsOfDeleted, signOutBarredUsers } from './sessions.reactions.ts';
import { storeEndsOfSettings } from './settings-ends.reactions.ts';

rooms.add({
  entities: [sessionEntity, outsideIdentityEntity],
  reactions: [
    signOutBarredUsers,
    deleteSessionsOfDeleted,
    deleteIdentitiesOfDeleted,
    endLinksOfAddress,
    endEmailChange,
    removeResetFactor,
  ],
  mailTexts: [
    emailChangeText,
    emailChangeToldText,
    emailWasChangedText,
    passwordResetText,
    passwordWasResetText,
    recoveryCodeUsedText,
    secondFactorResetText,
  ],
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
    RecoveryCode: { about: { user: ['userId'] }, remove: ['userId', 'hash'] },
    EmailChange: {
      about: { user: ['userId'] },
      remove: ['userId', 'email', 'hash', 'withdrawalHash', 'createdAt', 'expiresAt'],
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
    // A keyed hash, which keeps an erased person from coming back.
    BoundSubject: { none: ['hash', 'boundAt'] },
    OutsideLogout: { none: ['issuer', 'jti', 'subject', 'issuedAt'] },
  },
});
