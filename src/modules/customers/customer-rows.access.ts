import type { Permission } from '../../core/rights/permissions.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Entity, EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffOfTenant, staffRows, type TenantRow } from '../../core/rows/visibility.ts';

// The visibility of what belongs to a customer: its properties, units, payments and maintenance requests.

/** A row that belongs to a customer of a tenant. */
export interface CustomerRow extends TenantRow {
  readonly customerId: string;
}

/** A row of a customer that may be one resident's own. */
export interface ResidentRow extends CustomerRow {
  readonly residentId: string | null;
}

/**
 * The visibility of what customers have to those who run it, and so of what may be changed: staff who hold the
 * permission see that of the tenants in their reach, owners and managers that of their customer, residents none.
 */
export function staffOrManagement<Row extends CustomerRow>(
  viewer: Viewer,
  permission: Permission,
): Where<Row> {
  if (!isCustomerRole(viewer.role)) return staffOfTenant<Row>(viewer, permission);
  if (!viewer.permissions.has(permission) || !viewer.customerId || seesOnlyOwn(viewer))
    return NOTHING as Where<Row>;
  return { customerId: viewer.customerId } as Where<Row>;
}

/** The visibility of what customers have and let: a resident also sees what is its own. */
function staffOrCustomerUsers<Row extends ResidentRow>(viewer: Viewer, permission: Permission): Where<Row> {
  if (!seesOnlyOwn(viewer)) return staffOrManagement<Row>(viewer, permission);
  if (!viewer.permissions.has(permission) || !viewer.customerId) return NOTHING as Where<Row>;
  return { customerId: viewer.customerId, residentId: viewer.userId } as Where<Row>;
}

/** Whether a viewer sees nothing of what its customer has but its own: what it sees then depends on who it is. */
export function seesOnlyOwn({ role }: Pick<Viewer, 'role'>): boolean {
  return role === 'RESIDENT';
}

/** Rows of customers that the staff, owners and managers see: those who hold the permission. */
export function managementRows<Row extends EntityRow & CustomerRow>(
  entity: Entity<Row>,
  read: Permission,
  write?: Permission,
): Rows<Row> {
  return {
    ...staffRows(entity, read, write),
    visibleTo: (viewer) => staffOrManagement<Row>(viewer, read),
  };
}

/** Rows of customers that residents see, too: each its own. */
export function residentRows<Row extends EntityRow & ResidentRow>(
  entity: Entity<Row>,
  read: Permission,
  write?: Permission,
): Rows<Row> {
  return {
    ...staffRows(entity, read, write),
    visibleTo: (viewer) => staffOrCustomerUsers<Row>(viewer, read),
    isPersonal: seesOnlyOwn,
  };
}
