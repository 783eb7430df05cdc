import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';

import { UNIT_IN_USE } from '../properties/properties.changes.ts';

const USED = sentences('IN_USE', {
  TEAM_HAS_REQUESTS: 'Maintenance requests still have the team: give them another one first.',
});

/** The change-log entity of maintenance requests. */
export const maintenanceRequestEntity: Entity<MaintenanceRequest> = {
  name: 'MaintenanceRequest',
  feeds: ({ tenantId }) => [tenantId],
  // The message is the same as for payments: a user who may delete units may not know both kinds of rows.
  inUse: { unitId: UNIT_IN_USE.UNIT_HAS_HISTORY(), teamId: USED.TEAM_HAS_REQUESTS() },
};
