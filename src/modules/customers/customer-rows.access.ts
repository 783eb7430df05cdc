import type { Permission } from '../../core/rights/permissions.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Entity, EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffOfTenant, staffRows, type TenantRow } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';

// The visibility of the rows of a customer: properties, units, payments and maintenance requests.

/** A row that belongs to a customer of a tenant. */
export interface CustomerRow extends TenantRow {
  readonly customerId: string;
}

/** A row of a customer that may belong to one resident. */
export interface ResidentRow extends CustomerRow {
  readonly residentId: string | null;
}

/**
 * The visibility of the rows of customers to the users who manage them, who alone may change them. Staff who hold the
 * permission see the rows of the tenants in their reach, owners and managers those of their customer, residents none.
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

/** The visibility of the rows of customers to all users: a resident also sees its own rows. */
function staffOrCustomerUsers<Row extends ResidentRow>(viewer: Viewer, permission: Permission): Where<Row> {
  if (!seesOnlyOwn(viewer)) return staffOrManagement<Row>(viewer, permission);
  if (!viewer.permissions.has(permission) || !viewer.customerId) return NOTHING as Where<Row>;
  return { customerId: viewer.customerId, residentId: viewer.userId } as Where<Row>;
}

/** Whether a viewer sees only its own rows of its customer. Its visibility is then viewer-specific. */
export function seesOnlyOwn({ role }: Pick<Viewer, 'role'>): boolean {
  return role === 'RESIDENT';
}

/** The rows of customers that staff, owners and managers with the permission see. */
export function managementRows<Row extends EntityRow & CustomerRow>(
  entity: Entity<Row>,
  read: Permission,
  write?: Permission,
): Rows<Row> {
  return {
    ...staffRows(entity, read, write),
    visibleTo: visibilityOf(entity, (viewer) => staffOrManagement<Row>(viewer, read)),
  };
}

/** The rows of customers that staff, owners and managers see, and a resident if they are its own. */
export function residentRows<Row extends EntityRow & ResidentRow>(
  entity: Entity<Row>,
  read: Permission,
  write?: Permission,
): Rows<Row> {
  return {
    ...staffRows(entity, read, write),
    visibleTo: visibilityOf(entity, (viewer) => staffOrCustomerUsers<Row>(viewer, read)),
    isPersonal: seesOnlyOwn,
  };
}
