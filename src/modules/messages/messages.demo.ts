import type { DemoData } from '../../core/rows/demo-data.ts';
import { messageEntity } from './messages.changes.ts';

/** A short conversation about a repair that is being done in each tenant, with a note of the staff. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId } }) {
    const request = await tx.db.maintenanceRequest.findFirst({
      where: { tenantId, status: 'IN_PROGRESS', residentId: { not: null } },
      orderBy: { id: 'asc' },
    });
    const support = await tx.db.user.findFirstOrThrow({ where: { tenantId, role: 'SUPPORT' } });
    if (!request?.residentId) return;
    const { id, customerId, residentId } = request;
    const place = { tenantId, customerId, residentId, maintenanceRequestId: id, conversationId: id };
    const about = { ...place, subjectType: 'MAINTENANCE_REQUEST' as const };
    const staff = { authorId: support.id, isFromStaff: true };
    const texts = [
      {
        authorId: residentId,
        isFromStaff: false,
        isInternal: false,
        body: 'It is getting worse by the hour.',
      },
      { ...staff, isInternal: false, body: 'A plumber comes this afternoon.' },
      { ...staff, isInternal: true, body: 'The pipe was replaced two years ago: ask for the warranty.' },
    ];
    const now = Date.now();
    for (const [number, said] of texts.entries()) {
      const createdAt = new Date(now + number);
      tx.created(messageEntity, await tx.db.message.create({ data: { ...about, ...said, createdAt } }));
    }
  },
};
