import { requireViewer } from '../../core/context.ts';
import type { Params } from '../../core/requests/fault.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import type { NotificationSeverity } from '../../generated/prisma/enums.ts';
import { rowArgs } from '../../graph/commands/command-args.ts';
import { commandField, outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { ErrorParam, errorParams } from '../../graph/schema/user-error.ts';
import { noticeText } from './notice-text.ts';
import { notifications } from './notifications.access.ts';
import { markAllRead, markRead } from './notifications.commands.ts';

builder.enumType('NotificationSeverity', {
  description: 'How much a notification matters.',
  values: {
    INFO: { description: 'Good to know.' },
    WARNING: { description: 'It asks for an answer, and can wait.' },
    CRITICAL: { description: 'It cannot wait: it is in no digest.' },
  } as const satisfies Record<keyof typeof NotificationSeverity, object>,
});

rowType('Notification', notifications, {
  description:
    'What happened to a row, for a user whom it concerns. There is one for each message and row, however often it happens. Users read their own, for as long as they may see the row.',
  columns: {
    userId: 'The user, who alone reads it.',
    messageKey: 'The name of its text, e.g. `paymentFailed`: with the params, for clients that translate.',
    severity: 'How much it matters.',
    entityType: 'The type of the row, e.g. `Payment`.',
    entityId: 'The id of the row.',
    count: 'How often it happened since it was last read.',
    isRead: 'Whether the user has read it, on any device.',
    lastAt: 'When it happened last.',
    subjectTenantId: 'The tenant of the row. Null if an organization shares it.',
    subjectOrganizationId: 'The organization that shares the row. Null for rows that only tenants have.',
    subjectCustomerId: 'The customer of the row. Null if it is of none.',
    subjectResidentId: 'The resident, member or other user whose row it is. Null if it is of none.',
  },
  fields: (t) => ({
    params: t.field({
      type: [ErrorParam],
      columns: ['params'],
      description: 'The data in its text.',
      resolve: ({ params }) => errorParams(params as Params),
    }),
    text: t.string({
      columns: ['messageKey', 'params', 'count'],
      description: 'The text in English.',
      resolve: (notification) => noticeText(notification),
    }),
  }),
});

const NotificationFilter = filterInput(notifications, {
  messageKey: 'By the name of the text.',
  severity: 'By severity.',
  entityType: 'By the type of the row.',
  count: 'By the number of times.',
  isRead: 'By whether they are read.',
  lastAt: 'By the time when it happened last.',
});

const NotificationOrder = orderInput(notifications, ['lastAt', 'desc'], {
  messageKey: 'By the name of the text.',
  severity: 'By severity, from INFO to CRITICAL.',
  entityType: 'By the type of the row.',
  count: 'By the number of times.',
  isRead: 'By whether they are read: those that are not come first.',
  lastAt: 'By the time when it happened last.',
});

rowField('notification', notifications);

rowsField('notifications', notifications, { filter: NotificationFilter, order: NotificationOrder });

commandField('notificationMarkRead', notifications, rowArgs, {
  description: 'Marks a notification of the viewer as read, on all devices.',
  rule: signedIn,
  run: markRead,
});

const NotificationsMarkAllReadPayload = builder
  .objectRef<Payload<number>>('NotificationsMarkAllReadPayload')
  .implement({
    description: 'The result of `notificationsMarkAllRead`.',
    rule: inherited,
    fields: (t) => ({
      markedCount: t.int({
        description: 'The number of notifications that it marked.',
        resolve: ({ row }) => row ?? 0,
      }),
      ...outcomeFields(t),
    }),
  });

builder.mutationField('notificationsMarkAllRead', (t) =>
  t.field({
    type: NotificationsMarkAllReadPayload,
    rule: signedIn,
    description:
      'Marks the notifications that the viewer sees as read, on all devices: the oldest 1,000. A request that is repeated marks what is unread then.',
    resolve: (_root, _args, ctx) => settle(() => markAllRead(requireViewer(ctx))),
  }),
);

domainEventField('notificationReceived', notifications, {
  description: 'Something happened that concerns the viewer, for the first time or once more.',
  filter: NotificationFilter,
  happens: (before, after) => !before || after.lastAt.getTime() !== before.lastAt.getTime(),
});

domainEventField('notificationRead', notifications, {
  description: 'A notification of the viewer was marked as read, on this device or another one.',
  filter: NotificationFilter,
  happens: (before, after) => before !== null && !before.isRead && after.isRead,
});
