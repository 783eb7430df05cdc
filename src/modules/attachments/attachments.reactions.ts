import type { EntityRow } from '../../core/rows/change.ts';
import type { Reaction, Tally } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Attachment, Message } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { incidentEntity } from '../incidents/incidents.changes.ts';
import { maintenanceRequestEntity } from '../maintenance/maintenance.changes.ts';
import { messageEntity } from '../messages/messages.changes.ts';
import { freeSpace } from './attachment-usage.ts';
import { attachmentEntity, attachmentErasure } from './attachments.changes.ts';
import { removeFilesOf } from './stored-files.ts';

/** A row that is deleted takes its attachments along, and those of the messages about it: there are at most 400. */
export const removeAttachmentsOfRow: readonly Reaction<EntityRow>[] = [
  maintenanceRequestEntity,
  incidentEntity,
  customerEntity,
].map(({ name }) => ({
  entity: name,
  react: async (tx, before, after) => {
    if (before && !after) await removeAll(tx, { conversationId: before.id });
  },
}));

/** A message that is deleted takes its attachments along. */
export const removeAttachmentsOfMessage: Reaction<Message> = {
  entity: messageEntity.name,
  react: async (tx, before, after) => {
    const isDeleted = before && after && !before.deletedAt && after.deletedAt;
    if (isDeleted) await removeAll(tx, { messageId: after.id });
  },
};

type Of = { readonly conversationId: string } | { readonly messageId: string };

async function removeAll(tx: Transaction, where: Of): Promise<void> {
  const found = await tx.db.attachment.findMany({ where, select: { id: true } });
  const ids = found.map(({ id }) => id);
  if (ids.length === 0) return;
  await tx.db.$executeRaw`SELECT FROM attachment WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`;
  const rows = await tx.db.attachment.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  await tx.db.attachment.deleteMany({ where: { id: { in: ids } } });
  for (const row of rows) tx.deleted(attachmentEntity, row);
}

/** The row of an erased person is removed by due work, because its values are blanked in the log first. */
export const removeRowOfErased: Reaction<Attachment> = {
  entity: attachmentEntity.name,
  react: async (tx, before, after) => {
    if (before && after && isErasure(before, after))
      await tx.schedule(attachmentErasure, after, await tx.now());
  },
};

function isErasure(before: Attachment, after: Attachment): boolean {
  return isBlank(after) && !isBlank(before);
}

/** Whether an erasure has blanked a row. The name of a file has an ending. */
function isBlank({ name }: Attachment): boolean {
  return name === 'Erased';
}

/**
 * The files of attachments that are deleted, erased or infected are removed, and the bytes of deleted ones are given back
 * to their tenants.
 */
export const giveBack: Tally<Attachment> = {
  entity: attachmentEntity.name,
  tally: async (tx, steps) => {
    const unwanted: string[] = [];
    const freed = new Map<string, number>();
    for (const { before, after } of steps) {
      if (!before) continue;
      const { id, tenantId, sizeBytes } = before;
      if (!after || after.status === 'INFECTED' || isErasure(before, after)) unwanted.push(id);
      if (!after) freed.set(tenantId, (freed.get(tenantId) ?? 0) + sizeBytes);
    }
    if (unwanted.length > 0) await removeFilesOf(tx.db, unwanted);
    for (const [tenantId, bytes] of [...freed].toSorted()) await freeSpace(tx.db, tenantId, bytes);
  },
};

/** Removes an attachment that still waits for its file. */
export async function removeAbandoned(tx: Transaction, row: Attachment): Promise<void> {
  if (row.status === 'UPLOADING') await remove(tx, row);
}

/** Removes the attachment of an erased person. */
export async function removeErased(tx: Transaction, row: Attachment): Promise<void> {
  if (isBlank(row)) await remove(tx, row);
}

async function remove(tx: Transaction, row: Attachment): Promise<void> {
  await tx.db.attachment.delete({ where: { id: row.id } });
  tx.deleted(attachmentEntity, row);
}
