import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { MaintenanceRequest, Unit } from '../../generated/prisma/client.ts';
import {
  type ResidentRow,
  residentRows,
  seesOnlyOwn,
  staffOrManagement,
} from '../customers/customer-rows.access.ts';
import { units } from '../properties/properties.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';

export const permissions = {
  'maintenance:read': [...READERS, 'SUPPORT', 'OWNER', 'MANAGER', 'RESIDENT'],
  /** Maintenance requests: to assign them and to move them on. */
  'maintenance:write': [...ADMINS, 'SUPPORT', 'OWNER', 'MANAGER'],
  /** Maintenance requests of one's own unit. */
  'maintenance:report': ['OWNER', 'MANAGER', 'RESIDENT'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff, owners and managers see maintenance requests, and a resident sees its own. */
export const maintenanceRequests = residentRows(
  maintenanceRequestEntity,
  'maintenance:read',
  'maintenance:write',
);

/** The requests that a viewer may change without restriction: a resident has none, not even its own. */
export function maintenanceRequestsManagedBy(viewer: Viewer): Where<MaintenanceRequest> {
  return staffOrManagement<MaintenanceRequest>(viewer, 'maintenance:write');
}

/** The requests that a resident may edit, close and reopen: its own. */
export function maintenanceRequestsReportedBy(viewer: Viewer): Where<MaintenanceRequest> {
  return ownOf<MaintenanceRequest>(viewer);
}

/** The visible units for which a viewer may report requests: those it manages or, for a resident, those it rents. */
function unitsReportedBy(viewer: Viewer): Where<Unit> {
  const reported = seesOnlyOwn(viewer)
    ? ownOf<Unit>(viewer)
    : staffOrManagement<Unit>(viewer, 'maintenance:write');
  return { AND: [units.visibleTo(viewer), reported] };
}

export const reportedUnits: Rows<Unit> = { ...units, visibleTo: visibilityOf(units.entity, unitsReportedBy) };

/** For users who manage requests, and for residents, who report faults of the units they rent. */
export function mayReportMaintenance({ permissions: held }: Viewer): boolean {
  return held.has('maintenance:write') || held.has('maintenance:report');
}

function ownOf<Row extends ResidentRow>(viewer: Viewer): Where<Row> {
  const { permissions: held, customerId, userId } = viewer;
  if (!seesOnlyOwn(viewer) || !held.has('maintenance:report') || !customerId) return NOTHING as Where<Row>;
  return { customerId, residentId: userId } as Where<Row>;
}
