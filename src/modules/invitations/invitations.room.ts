import './invitations.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { invitationText } from './invitation.mail.ts';
import { permissions } from './invitations.access.ts';
import { invitationEnd, invitationEntity } from './invitations.changes.ts';
import { expireInvitation } from './invitations.commands.ts';
import { deleteInvitationsOfUser, deleteInvitationsToCustomer, endLink } from './invitations.reactions.ts';

rooms.add({
  entities: [invitationEntity],
  reactions: [endLink, deleteInvitationsToCustomer, deleteInvitationsOfUser],
  dueActions: [{ ...invitationEnd, act: expireInvitation }],
  mailTexts: [invitationText],
  permissions,
  personal: {
    Invitation: {
      about: { user: ['userId'] },
      erase: ['email'],
      export: ['id', 'role', 'status', 'sentAt', 'expiresAt', 'endedAt', 'createdAt', 'updatedAt'],
      none: ['tenantId', 'customerId', 'userId', 'version'],
    },
    InvitationLink: { none: ['invitationId', 'hash'] },
  },
});
