import './notifications.graph.ts';
import './unread-count.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { fanOut } from './fan-out.ts';
import { followUp } from './follow-up.ts';
import { decideMail, digestText, gatewayText, notificationText } from './notification-mail.ts';
import {
  notificationEntity,
  notificationFanOut,
  notificationFollowUp,
  notificationMail,
} from './notifications.changes.ts';
import { followUser } from './notifications.reactions.ts';

rooms.add({
  entities: [notificationEntity],
  reactions: [followUser],
  dueActions: [
    { ...notificationFanOut, act: fanOut },
    { ...notificationFollowUp, act: followUp },
    { ...notificationMail, act: decideMail },
  ],
  mailTexts: [notificationText, digestText, gatewayText],
  personal: {
    Notification: {
      about: { user: ['userId'] },
      export: [
        'id',
        'messageKey',
        'params',
        'severity',
        'entityType',
        'entityId',
        'count',
        'isRead',
        'lastAt',
        'createdAt',
        'updatedAt',
      ],
      none: [
        'userId',
        'tenantId',
        'organizationId',
        'subjectTenantId',
        'subjectOrganizationId',
        'subjectCustomerId',
        'subjectResidentId',
        'version',
      ],
    },
    NotificationCause: {
      none: [
        'id',
        'messageKey',
        'entityType',
        'entityId',
        'feed',
        'detail',
        'occurrences',
        'afterId',
        'version',
      ],
    },
  },
});
