import './messages.graph.ts';
import './read-marks.graph.ts';
import './typing.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { mentionNotices } from './message-notices.ts';
import { permissions } from './messages.access.ts';
import { conversationRemoval, messageEntity, readMarkEntity, readMarkRemoval } from './messages.changes.ts';
import { demo } from './messages.demo.ts';
import {
  forgetMarksOfUser,
  removeConversations,
  removeNextMarks,
  removeNextMessages,
} from './messages.reactions.ts';

rooms.add({
  entities: [messageEntity, readMarkEntity],
  notifies: mentionNotices,
  reactions: [...removeConversations, forgetMarksOfUser],
  dueActions: [
    { ...conversationRemoval, act: removeNextMessages },
    { ...readMarkRemoval, act: removeNextMarks },
  ],
  permissions,
  demo,
  personal: {
    Message: {
      about: { customer: ['customerId'], user: ['authorId', 'residentId'] },
      unexportedWith: 'isInternal',
      erase: ['body'],
      export: ['id', 'subjectType', 'conversationId', 'editedAt', 'deletedAt', 'createdAt', 'updatedAt'],
      none: [
        'tenantId',
        'maintenanceRequestId',
        'incidentId',
        'customerId',
        'residentId',
        'authorId',
        'isFromStaff',
        'isInternal',
        'mentionIds',
        'version',
      ],
    },
    ReadMark: {
      about: { user: ['userId'] },
      export: ['id', 'subjectType', 'conversationId', 'readUntil', 'createdAt', 'updatedAt'],
      none: [
        'userId',
        'tenantId',
        'organizationId',
        'maintenanceRequestId',
        'incidentId',
        'customerId',
        'version',
      ],
    },
  },
});
