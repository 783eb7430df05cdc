import './user-type.graph.ts';
import './users.graph.ts';
import './own-profile.graph.ts';
import './user-rights.graph.ts';
import './user-disconnect.graph.ts';
import './user-relations.graph.ts';
import './bulk-users.graph.ts';
import './invitations/invitations.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { deleteUserAction, updateUserAttributesAction } from './bulk-users.commands.ts';
import { invitationText } from './invitations/invitation-mail.ts';
import { permissions as invitationPermissions } from './invitations/invitations.access.ts';
import { expireInvitation } from './invitations/invitations.commands.ts';
import {
  deleteInvitationsOfUser,
  deleteInvitationsToCustomer,
  endLink,
} from './invitations/invitations.reactions.ts';
import { roleChanged } from './user-notices.ts';
import { permissions } from './users.access.ts';
import { invitationEnd, invitationEntity, userEntity } from './users.changes.ts';
import { demo } from './users.demo.ts';

rooms.add({
  entities: [userEntity, invitationEntity],
  activities: [stepInWords(userEntity, 'userLocked', 'The user {name} was locked.', { status: 'LOCKED' })],
  reactions: [endLink, deleteInvitationsToCustomer, deleteInvitationsOfUser],
  dueActions: [{ ...invitationEnd, act: expireInvitation }],
  mailTexts: [invitationText],
  notifies: [roleChanged],
  bulkActions: [deleteUserAction, updateUserAttributesAction],
  permissions: { ...permissions, ...invitationPermissions },
  demo,
  personal: {
    User: {
      about: { user: ['id'] },
      erase: [
        'name',
        'email',
        'department',
        'company',
        'language',
        'timeZone',
        'attributes',
        'permissions',
        'disconnectReason',
      ],
      export: [
        'id',
        'customerId',
        'role',
        'isActive',
        'status',
        'hasSecondFactor',
        'consentStates',
        'passwordChangedAt',
        'secondFactorEnrolledAt',
        'recoveryCodesMadeAt',
        'recoveryCodeUsedAt',
        'secondFactorResetAt',
        'disconnectedAt',
        'createdAt',
        'updatedAt',
      ],
      none: [
        'tenantId',
        'organizationId',
        'isServiceAccount',
        'erasedAt',
        'memberVersion',
        'rightsVersion',
        'version',
      ],
    },
    Invitation: {
      about: { user: ['userId'] },
      erase: ['email'],
      export: ['id', 'role', 'status', 'sentAt', 'expiresAt', 'endedAt', 'createdAt', 'updatedAt'],
      none: ['tenantId', 'customerId', 'userId', 'version'],
    },
    InvitationLink: { none: ['invitationId', 'hash'] },
  },
});
