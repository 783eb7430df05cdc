import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import { staffOfTenant, staffOrManagement, staffOrMembers } from '../../core/visibility.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Property, Unit } from '../../generated/prisma/client.ts';

/** Properties are seen by the staff and by whoever runs them; a resident sees the unit it rents, and where that is. */
export function propertiesVisibleTo(viewer: Viewer): Where<Property> {
  return staffOrManagement<Property>(viewer, 'properties:read');
}

/** Units are seen by the staff and by whoever runs them, and each by the resident who rents it. */
export function unitsVisibleTo(viewer: Viewer): Where<Unit> {
  return staffOrMembers<Unit>(viewer, 'units:read');
}

/** The units that a viewer may change, given the permission to: a resident's own is for others to change. */
export function unitsManagedBy(viewer: Viewer): Where<Unit> {
  return staffOrManagement<Unit>(viewer, 'units:read');
}

/** The properties that units lead to: a resident is led to that of its own, and learns its name and address. */
export function placesVisibleTo(viewer: Viewer): Where<Property> {
  if (!isMemberRole(viewer.role)) return staffOfTenant<Property>(viewer, 'units:read');
  const { permissions, customerId } = viewer;
  return permissions.has('units:read') && customerId ? { customerId } : NOTHING;
}
