import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffOfTenant } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Property } from '../../generated/prisma/client.ts';
import { managementRows, residentRows } from '../customers/customer-rows.access.ts';
import { propertyEntity, unitEntity } from './properties.changes.ts';

export const permissions = {
  'properties:read': [...READERS, 'SUPPORT', 'OWNER', 'MANAGER'],
  /** Properties and their units, with the residents. */
  'properties:write': [...ADMINS, 'OWNER', 'MANAGER'],
  'units:read': [...READERS, 'SUPPORT', 'OWNER', 'MANAGER', 'RESIDENT'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff, owners and managers see properties; a resident sees its unit, and the `place` of that unit. */
export const properties = managementRows(propertyEntity, 'properties:read', 'properties:write');

/** Staff, owners and managers see units, and a resident sees those that it rents. */
export const units = residentRows(unitEntity, 'units:read', 'properties:write');

/** The units that a viewer with the permission may change: a resident has none, not even its own. */
export const managedUnits = managementRows(unitEntity, 'units:read');

/** The properties of visible units: a resident reads the name and the address of the property of its own unit. */
function placesVisibleTo(viewer: Viewer): Where<Property> {
  if (!isCustomerRole(viewer.role)) return staffOfTenant<Property>(viewer, 'units:read');
  const { permissions: held, customerId } = viewer;
  return held.has('units:read') && customerId ? { customerId } : NOTHING;
}

export const places: Rows<Property> = {
  ...properties,
  type: 'UnitPlace',
  rule: may('units:read'),
  visibleTo: visibilityOf(propertyEntity, placesVisibleTo),
};
