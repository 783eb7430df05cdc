import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Attachment } from '../../generated/prisma/client.ts';
import {
  mayReadMessages,
  mayWriteMessages,
  messages,
  messagesVisibleTo,
} from '../messages/messages.access.ts';
import { attachmentEntity } from './attachments.changes.ts';

/** Attachments are visible as the messages about the same row: both have the columns that decide it. */
function attachmentsVisibleTo(viewer: Viewer): Where<Attachment> {
  return messagesVisibleTo(viewer) as Where<Attachment>;
}

export const attachments: Rows<Attachment> = {
  entity: attachmentEntity,
  type: 'Attachment',
  rule: mayReadMessages,
  writeRule: mayWriteMessages,
  visibleTo: visibilityOf(attachmentEntity, attachmentsVisibleTo),
  isPersonal: messages.isPersonal,
  scope: messages.scope as Rows<Attachment>['scope'],
};
