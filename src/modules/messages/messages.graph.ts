import { createArgs, rowArgs, updateArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { users } from '../users/users.access.ts';
import { mayWriteMessages, messages } from './messages.access.ts';
import {
  deleteMessage,
  messageSendInput,
  messageUpdateInput,
  sendMessage,
  updateMessage,
} from './messages.commands.ts';

enumType('MessageSubject', 'The kind of the row that a message is about.', {
  MAINTENANCE_REQUEST: 'A maintenance request.',
  INCIDENT: 'An incident of a tenant.',
  CUSTOMER: 'A customer.',
});

rowType('Message', messages, {
  description:
    'A message about a row. Users who see the row see it; notes of the staff are seen by staff alone. It is edited and deleted visibly.',
  columns: {
    tenantId: 'The tenant.',
    subjectType: 'The kind of the row that it is about.',
    maintenanceRequestId: 'The maintenance request that it is about. Null if it is about another row.',
    incidentId: 'The incident that it is about. Null if it is about another row.',
    customerId: 'The customer: the one that it is about, or that of the request. Null for incidents.',
    isFromStaff: 'Whether its author was of the staff.',
    isInternal: "Whether it is a note of the staff, of which a customer's own users learn nothing.",
    body: 'The text. Empty once it is deleted.',
    editedAt: 'When it was edited last. Null if it never was.',
    deletedAt: 'When it was deleted. Null if it is not.',
  },
});

relationField('Message', 'author', users, {
  description: 'The author. Null if the viewer may not see that user, and if it was deleted.',
  column: 'authorId',
  columns: [],
});

relatedRowsField('Message', 'mentions', users, {
  description: 'The mentioned users that the viewer may see, by name.',
  where: ({ mentionIds }) => ({ id: { in: mentionIds } }),
  order: ['name', 'asc'],
});

relatedRowsField('MaintenanceRequest', 'messages', messages, {
  description: 'The messages about it that the viewer may see, the earliest first.',
  column: 'maintenanceRequestId',
  order: ['createdAt', 'asc'],
});

relatedRowsField('Incident', 'messages', messages, {
  description: 'The messages about it that the viewer may see, the earliest first.',
  column: 'incidentId',
  order: ['createdAt', 'asc'],
});

relatedRowsField(['Customer', 'Account'], 'messages', messages, {
  description:
    'The messages about it that the viewer may see, the earliest first; not those about its requests.',
  where: ({ id }) => ({ conversationId: id }),
  order: ['createdAt', 'asc'],
});

const MessageFilter = filterInput(messages, {
  subjectType: 'By the kind of the row that they are about.',
  maintenanceRequestId: 'By the id of the maintenance request.',
  incidentId: 'By the id of the incident.',
  customerId: 'By the id of the customer: those about it and about its requests.',
  isFromStaff: 'By whether the author was of the staff.',
  isInternal: 'By whether they are notes of the staff.',
  body: 'By text.',
  editedAt: 'By the time of the last edit.',
  deletedAt: 'By the time of the deletion.',
});

const MessageOrder = orderInput(messages, ['createdAt', 'desc'], {
  subjectType: 'By the kind of the row, from MAINTENANCE_REQUEST to CUSTOMER.',
  isFromStaff: 'By whether the author was of the staff: those of others come first.',
  isInternal: 'By whether they are notes of the staff: those that are not come first.',
  editedAt: 'By the time of the last edit. Those that were not edited come last, with DESC first.',
  deletedAt: 'By the time of the deletion. Those that are not deleted come last, with DESC first.',
});

rowField('message', messages);

rowsField('messages', messages, { filter: MessageFilter, order: MessageOrder });

commandField('messageSend', messages, createArgs(messageSendInput), {
  description: 'Sends a message about a maintenance request, an incident or a customer.',
  rule: mayWriteMessages,
  run: (ctx, args) => sendMessage(ctx, args),
});

commandField('messageUpdate', messages, updateArgs(messageUpdateInput), {
  description: 'Edits a message of the viewer. A user who is mentioned no more loses the notification of it.',
  rule: mayWriteMessages,
  run: (ctx, args) => updateMessage(ctx, args),
});

commandField('messageDelete', messages, rowArgs, {
  description:
    'Deletes the text and the mentions of a message. It stays in its place as one that was deleted, and its notifications go.',
  rule: mayWriteMessages,
  run: deleteMessage,
});

changeFields(messages, MessageFilter, {
  created: 'messageSent',
  updated: 'messageUpdated',
  deleted: 'messageRemoved',
  all: 'messageChanged',
});
