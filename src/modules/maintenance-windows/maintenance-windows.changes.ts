import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import { ownerFeed } from '../../core/rows/owner-feed.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { MaintenanceWindow } from '../../generated/prisma/client.ts';

const USED = sentences('IN_USE', {
  TEAM_HAS_WINDOWS: 'Maintenance windows still have the team: give them another one first.',
});

/** The part of a window that a customer's own users see. */
export const memberView: PartialView<MaintenanceWindow> = {
  version: 'memberVersion',
  updatedAt: 'updatedAt',
  hidden: ['organizationId', 'teamId'],
};

/** The change-log entity of maintenance windows. */
export const maintenanceWindowEntity: Entity<MaintenanceWindow> = {
  name: 'MaintenanceWindow',
  ...ownerFeed,
  views: [memberView],
  inUse: { teamId: USED.TEAM_HAS_WINDOWS() },
};

/** The start of a SCHEDULED window. */
export const windowStart: DueKind<MaintenanceWindow> = {
  kind: 'maintenanceWindowStart',
  entity: maintenanceWindowEntity,
};

/** The end of a window that is IN_PROGRESS. */
export const windowEnd: DueKind<MaintenanceWindow> = {
  kind: 'maintenanceWindowEnd',
  entity: maintenanceWindowEntity,
};
