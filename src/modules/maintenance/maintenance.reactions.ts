import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { affectsAssignments, canWorkOn } from './assignee.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';

/** Unassigns the requests of a user who is deleted or can no longer work on them. An ASSIGNED request is OPEN again. */
export const unassignRequests: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (!before || !affectsAssignments(before, after)) return;
    const { templates } = await obeyedSettingsOf(tx.db, before.tenantId);
    for await (const request of rowsToChange(tx, maintenanceRequestEntity, { assigneeId: before.id })) {
      if (after && canWorkOn(after, request, templates)) continue;
      const status = request.status === 'ASSIGNED' ? 'OPEN' : request.status;
      await tx.update(maintenanceRequestEntity, request, { assigneeId: null, status });
    }
  },
};
