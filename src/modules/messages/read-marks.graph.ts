import { requireViewer } from '../../core/context.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { mayReadMessages, readMarks } from './messages.access.ts';
import { countUnreadMessages, markMessagesRead } from './read-marks.commands.ts';
import { subjectArgs, subjectIn } from './subject-args.graph.ts';

rowType('ReadMark', readMarks, {
  description: 'How far a user has read the messages about a row, on all devices. Users see their own.',
  columns: {
    userId: 'The user, who alone sees it.',
    subjectType: 'The kind of the row.',
    maintenanceRequestId: 'The maintenance request. Null if the messages are about another row.',
    incidentId: 'The incident. Null if the messages are about another row.',
    customerId: 'The customer, or that of the request. Null for incidents.',
    readUntil: 'The time of the last message that is read.',
  },
});

const ReadMarkFilter = filterInput(readMarks, {
  subjectType: 'By the kind of the row.',
  maintenanceRequestId: 'By the id of the maintenance request.',
  incidentId: 'By the id of the incident.',
  customerId: 'By the id of the customer.',
  readUntil: 'By the time of the last message that is read.',
});

const ReadMarkOrder = orderInput(readMarks, ['readUntil', 'desc'], {
  subjectType: 'By the kind of the row, from MAINTENANCE_REQUEST to CUSTOMER.',
  readUntil: 'By the time of the last message that is read.',
});

rowField('readMark', readMarks);

rowsField('readMarks', readMarks, { filter: ReadMarkFilter, order: ReadMarkOrder });

commandField(
  'messageMarkRead',
  readMarks,
  (arg) => ({
    id: arg.id({
      required: true,
      description: 'The message up to which the viewer has read.',
      ...idOf('Message'),
    }),
  }),
  {
    description:
      'Marks the messages about a row as read by the viewer up to one of them, on all devices. A mark never moves back.',
    rule: mayReadMessages,
    run: (ctx, { id }) => markMessagesRead(ctx, { id: String(id) }),
  },
);

changeFields(readMarks, ReadMarkFilter, {
  created: 'readMarkCreated',
  updated: 'readMarkUpdated',
  deleted: 'readMarkDeleted',
  all: 'readMarkChanged',
});

builder.queryField('unreadMessages', (t) =>
  t.int({
    rule: mayReadMessages,
    description:
      'The number of messages about a row that the viewer sees, has not read and has not sent, at most 1,000. Deleted ones do not count.',
    args: subjectArgs(t.arg),
    resolve: (_root, args, ctx) => countUnreadMessages(requireViewer(ctx), subjectIn(args)),
  }),
);
