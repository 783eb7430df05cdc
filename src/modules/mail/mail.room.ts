import './mail.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './mail.access.ts';
import { removeMailOfDeleted } from './mail.reactions.ts';

rooms.add({
  permissions,
  reactions: [removeMailOfDeleted],
  personal: {
    MailMessage: {
      about: { user: ['userId'] },
      remove: ['userId', 'address', 'params', 'sealedSecrets', 'subject', 'body', 'uniqueKey'],
      none: ['id', 'messageKey', 'status', 'tries', 'tryAt', 'lastError', 'createdAt', 'endedAt'],
    },
  },
});
