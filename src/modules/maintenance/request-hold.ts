import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import { maintenanceRequestsManagedBy, maintenanceRequestsReportedBy } from './maintenance.access.ts';

const REQUEST = sentences('FORBIDDEN_CHANGE', {
  REQUEST_NOT_MANAGED: 'You can view this request, but not manage it.',
});

/** The rights of a viewer to a visible request: to manage it, to change it as its resident, or only to read it. */
export type Hold = 'MANAGED' | 'OWN' | 'NONE';

/** Returns the rights of a viewer to a visible request. */
export function holdOf(viewer: Viewer, request: MaintenanceRequest): Hold {
  if (matches(maintenanceRequestsManagedBy(viewer), request)) return 'MANAGED';
  return matches(maintenanceRequestsReportedBy(viewer), request) ? 'OWN' : 'NONE';
}

/** Refuses a viewer who does not manage the request; throws FORBIDDEN_CHANGE. */
export function requireManaged(viewer: Viewer, request: MaintenanceRequest): void {
  if (holdOf(viewer, request) === 'MANAGED') return;
  throw forbiddenChange(REQUEST.REQUEST_NOT_MANAGED(), 'id');
}
