import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Notification, NotificationCause } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';

/** The change-log entity of notifications: their changes are in the home feed of their user. */
export const notificationEntity: Entity<Notification> = {
  name: 'Notification',
  feeds: (notification) => [homeFeedOf(notification)],
};

/** Changes of which users are still to be notified. They are in no change log, because no viewer sees them. */
const causeRows: Entity<NotificationCause> = { name: 'NotificationCause', feeds: ({ feed }) => [feed] };

/** The notification of the next recipients of a cause. */
export const notificationFanOut: DueKind<NotificationCause> = {
  kind: 'notificationFanOut',
  entity: causeRows,
};

/** Having the notifications about a row follow it, when it moves or is deleted. */
export const notificationFollowUp: DueKind<NotificationCause> = {
  kind: 'notificationFollowUp',
  entity: causeRows,
};

/** The decision whether a notification is sent by e-mail, and when. */
export const notificationMail: DueKind<Notification> = {
  kind: 'notificationMail',
  entity: notificationEntity,
};
