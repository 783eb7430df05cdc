import type { Entity } from '../../core/rows/change.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';

/** How a maintenance request enters the change log. */
export const maintenanceRequestEntity: Entity<MaintenanceRequest> = {
  name: 'MaintenanceRequest',
  feeds: ({ tenantId }) => [tenantId],
  // In the same words as for payments: not every user who may delete units may know of both.
  inUse: { unitId: 'The unit has a history, so it cannot be deleted.' },
};
