import type { Reaction } from '../../core/reaction.ts';
import type { User } from '../../generated/prisma/client.ts';
import { altersAbility, canSeeTo } from './assignee.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { writeRequest } from './request-to-change.ts';

/** Takes its requests from whoever is deleted or can see to them no more. What was only assigned is OPEN again. */
export const takeRequestsFromWhoLeaves: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (!before || !altersAbility(before, after)) return;
    const assigned = { where: { assigneeId: before.id }, orderBy: { id: 'asc' } } as const;
    for (const { id } of await tx.db.maintenanceRequest.findMany({ ...assigned, select: { id: true } })) {
      await tx.lock(maintenanceRequestEntity, id);
      const request = await tx.db.maintenanceRequest.findFirst({ where: { id, assigneeId: before.id } });
      if (!request || (after && canSeeTo(after, request))) continue;
      const status = request.status === 'ASSIGNED' ? 'OPEN' : request.status;
      await writeRequest(tx, request, { assigneeId: null, status });
    }
  },
};
