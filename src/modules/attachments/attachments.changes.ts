import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Attachment } from '../../generated/prisma/client.ts';

/** The change-log entity of attachments. */
export const attachmentEntity: Entity<Attachment> = {
  name: 'Attachment',
  feeds: ({ tenantId }) => [tenantId],
};

/** The removal of an attachment that was announced and not uploaded. */
export const attachmentAbandonment: DueKind<Attachment> = {
  kind: 'attachmentAbandonment',
  entity: attachmentEntity,
};

/** The removal of an attachment of an erased person. */
export const attachmentErasure: DueKind<Attachment> = { kind: 'attachmentErasure', entity: attachmentEntity };
