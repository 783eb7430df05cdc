import type { Viewer } from '../../core/viewer.ts';
import { type ResidentRow, seesOnlyOwn, staffOrManagement, staffOrMembers } from '../../core/visibility.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { MaintenanceRequest, Unit } from '../../generated/prisma/client.ts';

/** Requests are seen by the staff and by whoever runs the units, and each by the resident whose it is. */
export function maintenanceRequestsVisibleTo(viewer: Viewer): Where<MaintenanceRequest> {
  return staffOrMembers<MaintenanceRequest>(viewer, 'maintenance:read');
}

/** The requests that a viewer may do everything with: none of a resident, whose own ones others see to. */
export function maintenanceRequestsManagedBy(viewer: Viewer): Where<MaintenanceRequest> {
  return staffOrManagement<MaintenanceRequest>(viewer, 'maintenance:write');
}

/** The units that a viewer may report something about: those it runs, or the one it rents. */
export function unitsReportedBy(viewer: Viewer): Where<Unit> {
  return seesOnlyOwn(viewer) ? ownOf<Unit>(viewer) : staffOrManagement<Unit>(viewer, 'maintenance:write');
}

/** The requests that a resident may go on reporting about: its own. */
export function maintenanceRequestsReportedBy(viewer: Viewer): Where<MaintenanceRequest> {
  return ownOf<MaintenanceRequest>(viewer);
}

/** For those who see to requests, and for residents, who report what is wrong with the unit they rent. */
export function mayReportMaintenance({ permissions }: Viewer): boolean {
  return permissions.has('maintenance:write') || permissions.has('maintenance:report');
}

function ownOf<Row extends ResidentRow>(viewer: Viewer): Where<Row> {
  const { permissions, customerId, userId } = viewer;
  if (!seesOnlyOwn(viewer) || !permissions.has('maintenance:report') || !customerId)
    return NOTHING as Where<Row>;
  return { customerId, residentId: userId } as Where<Row>;
}
