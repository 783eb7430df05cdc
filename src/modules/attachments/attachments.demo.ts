import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { DemoData } from '../../core/rows/demo-data.ts';
import { takeSpace } from './attachment-usage.ts';
import { attachmentEntity } from './attachments.changes.ts';

const OFFER = `Offer 2117

Replacing the pipe below the sink, with material   180.00
Journey                                             35.00
`;

/** The offer of a plumber in a message of the staff about a repair, in each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId }, keepFile }) {
    const message = await tx.db.message.findFirst({
      where: { tenantId, isFromStaff: true, isInternal: false },
      orderBy: { createdAt: 'asc' },
    });
    if (!message) return;
    const { subjectType, conversationId, maintenanceRequestId, incidentId, customerId, residentId } = message;
    const about = {
      tenantId,
      subjectType,
      conversationId,
      maintenanceRequestId,
      incidentId,
      customerId,
      residentId,
    };
    const bytes = Buffer.from(OFFER);
    const data = {
      ...about,
      messageId: message.id,
      isInternal: false,
      uploaderId: message.authorId,
      name: 'Offer of the plumber.txt',
      sizeBytes: bytes.length,
      mediaType: 'text/plain',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      status: 'CLEAN' as const,
      uploadedAt: await tx.now(),
    };
    const row = tx.created(attachmentEntity, await tx.db.attachment.create({ data }));
    await takeSpace(tx.db, tenantId, bytes.length, Number.MAX_SAFE_INTEGER);
    const file = { id: uuidv7(), tenantId, attachmentId: row.id, status: 'KEPT' as const };
    await tx.db.storedFile.create({ data: file });
    await keepFile(file.id, bytes);
  },
};
