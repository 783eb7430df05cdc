import './attachments.graph.ts';
import './attachment-links.graph.ts';
import './uploads.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { infectedNotices } from './attachment-notices.ts';
import { attachmentAbandonment, attachmentEntity, attachmentErasure } from './attachments.changes.ts';
import { demo } from './attachments.demo.ts';
import {
  giveBack,
  removeAbandoned,
  removeAttachmentsOfMessage,
  removeAttachmentsOfRow,
  removeErased,
  removeRowOfErased,
} from './attachments.reactions.ts';

rooms.add({
  entities: [attachmentEntity],
  notifies: infectedNotices,
  reactions: [...removeAttachmentsOfRow, removeAttachmentsOfMessage, removeRowOfErased],
  tallies: [giveBack],
  dueActions: [
    { ...attachmentAbandonment, act: removeAbandoned },
    { ...attachmentErasure, act: removeErased },
  ],
  demo,
  personal: {
    Attachment: {
      about: { customer: ['customerId'], user: ['uploaderId', 'residentId'] },
      unexportedWith: 'isInternal',
      erase: ['name', 'sha256'],
      export: [
        'id',
        'subjectType',
        'conversationId',
        'messageId',
        'sizeBytes',
        'mediaType',
        'status',
        'uploadedAt',
        'createdAt',
        'updatedAt',
      ],
      none: [
        'tenantId',
        'maintenanceRequestId',
        'incidentId',
        'customerId',
        'residentId',
        'isInternal',
        'uploaderId',
        'version',
      ],
    },
    StoredFile: { none: ['id', 'tenantId', 'attachmentId', 'status', 'tries', 'tryAt', 'createdAt'] },
    AttachmentUsage: { none: ['id', 'bytes'] },
  },
});
