import { createArgs, rowArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { mayWriteMessages } from '../messages/messages.access.ts';
import { users } from '../users/users.access.ts';
import { attachments } from './attachments.access.ts';
import { attachmentCreateInput, createAttachment, deleteAttachment } from './attachments.commands.ts';

enumType('AttachmentStatus', 'How far an attachment is.', {
  UPLOADING: 'Its file has not arrived yet. It is removed if that takes two hours.',
  PENDING: 'Its file is being scanned, and cannot be downloaded yet.',
  CLEAN: 'Its file can be downloaded. Where no scanner is set up, every file counts as clean.',
  INFECTED: 'Malware was found in its file, which was removed. Its uploader is notified.',
});

rowType('Attachment', attachments, {
  description:
    'A file about a row, or in a message about one. Users who see the row or the message see it. It goes with them.',
  columns: {
    tenantId: 'The tenant.',
    subjectType: 'The kind of the row that it is about.',
    maintenanceRequestId: 'The maintenance request that it is about. Null if it is about another row.',
    incidentId: 'The incident that it is about. Null if it is about another row.',
    customerId: 'The customer: the one that it is about, or that of the request. Null for incidents.',
    messageId: 'The message in which it is. Null if it is in none.',
    isInternal: "Whether it is of the staff alone, so that a customer's own users learn nothing of it.",
    name: 'The name of the file, cleaned. Once it is uploaded, its ending is one of its type.',
    sizeBytes: 'The number of bytes.',
    mediaType: 'The type by the content, e.g. `image/png`. Null until it is uploaded.',
    sha256:
      'The SHA-256 in hexadecimal: that of the file, and before the upload the announced one. Null if none was announced.',
    status: 'How far it is.',
    uploadedAt: 'When it was uploaded. Null until then.',
  },
});

relationField('Attachment', 'uploader', users, {
  description: 'The uploader. Null if the viewer may not see that user, and if it was deleted.',
  column: 'uploaderId',
  columns: [],
});

relatedRowsField('Message', 'attachments', attachments, {
  description: 'The attachments in it, the earliest first.',
  column: 'messageId',
  order: ['createdAt', 'asc'],
});

relatedRowsField('MaintenanceRequest', 'attachments', attachments, {
  description:
    'The attachments about it and in the messages about it that the viewer may see, the earliest first.',
  column: 'maintenanceRequestId',
  order: ['createdAt', 'asc'],
});

relatedRowsField('Incident', 'attachments', attachments, {
  description:
    'The attachments about it and in the messages about it that the viewer may see, the earliest first.',
  column: 'incidentId',
  order: ['createdAt', 'asc'],
});

relatedRowsField(['Customer', 'Account'], 'attachments', attachments, {
  description:
    'The attachments about it and in the messages about it that the viewer may see, the earliest first; not those of its requests.',
  where: ({ id }) => ({ conversationId: id }),
  order: ['createdAt', 'asc'],
});

const AttachmentFilter = filterInput(attachments, {
  subjectType: 'By the kind of the row that they are about.',
  maintenanceRequestId: 'By the id of the maintenance request.',
  incidentId: 'By the id of the incident.',
  customerId: 'By the id of the customer: those about it and about its requests.',
  messageId: 'By the id of the message.',
  isInternal: 'By whether they are of the staff alone.',
  name: 'By name.',
  sizeBytes: 'By the number of bytes.',
  mediaType: 'By type.',
  status: 'By how far they are.',
  uploadedAt: 'By the time of the upload.',
});

const AttachmentOrder = orderInput(attachments, ['createdAt', 'desc'], {
  subjectType: 'By the kind of the row, from MAINTENANCE_REQUEST to CUSTOMER.',
  isInternal: 'By whether they are of the staff alone: those that are not come first.',
  name: 'By name.',
  sizeBytes: 'By the number of bytes.',
  status: 'By how far they are, from UPLOADING to INFECTED.',
  uploadedAt: 'By the time of the upload. Those that were not uploaded come last, with DESC first.',
});

rowField('attachment', attachments);

rowsField('attachments', attachments, { filter: AttachmentFilter, order: AttachmentOrder });

commandField('attachmentCreate', attachments, createArgs(attachmentCreateInput), {
  description:
    'Announces a file about a maintenance request, an incident or a customer, or in a message of the viewer. Its bytes follow by a PUT of `/attachments?id=<id>` on the server, with the header `Authorization` of operations.',
  rule: mayWriteMessages,
  run: (ctx, args) => createAttachment(ctx, args),
});

commandField('attachmentDelete', attachments, rowArgs, {
  description: 'Deletes an attachment with its file. An upload that is under way ends.',
  rule: mayWriteMessages,
  run: deleteAttachment,
});

changeFields(attachments, AttachmentFilter, {
  created: 'attachmentCreated',
  updated: 'attachmentUpdated',
  deleted: 'attachmentDeleted',
  all: 'attachmentChanged',
});
