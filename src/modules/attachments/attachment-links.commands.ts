import { signInOf, type ViewerContext } from '../../core/context.ts';
import { invalidState, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { type AttachmentLink, attachmentLink } from './attachment-link.ts';
import { attachments } from './attachments.access.ts';

const NOT_THERE = sentences('INVALID_STATE', {
  FILE_NOT_READY: 'The attachment is {status}: only one that is CLEAN can be downloaded.',
});

/** Makes a link to the file of an attachment; throws UserErrors for no such attachment, or one that is not CLEAN. */
export async function linkToFile(ctx: ViewerContext, id: string): Promise<AttachmentLink> {
  const { db, viewer, ciphers, clock } = ctx;
  const visible = toPrismaWhere(attachments.visibleTo(viewer));
  const row = await db.attachment.findFirst({ where: { AND: [{ id: asRowId(id) }, visible] } });
  if (!row) throw notFound('Attachment', 'id');
  if (row.status !== 'CLEAN') throw invalidState(NOT_THERE.FILE_NOT_READY({ status: row.status }), 'id');
  return attachmentLink(ciphers.exportLinks, clock, {
    reader: signInOf(ctx),
    attachmentId: row.id,
  });
}
