import type { Permission } from './permissions.ts';
import { isMemberRole, type Viewer } from './viewer.ts';
import { NOTHING, type Where } from './where.ts';

/** A row that belongs to a tenant. */
export interface TenantRow {
  readonly tenantId: string;
}

/**
 * The visibility that most entities of a tenant share: those who are no members of a customer, hold the
 * permission and may look into the tenant see every row of it.
 */
export function staffOfTenant<Row extends TenantRow>(viewer: Viewer, permission: Permission): Where<Row> {
  if (!viewer.permissions.has(permission) || isMemberRole(viewer.role)) return NOTHING as Where<Row>;
  return inReach(viewer);
}

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
 * permission see that of the tenants they may look into, owners and managers that of their customer, residents none.
 */
export function staffOrManagement<Row extends CustomerRow>(
  viewer: Viewer,
  permission: Permission,
): Where<Row> {
  if (!isMemberRole(viewer.role)) return staffOfTenant<Row>(viewer, permission);
  if (!viewer.permissions.has(permission) || !viewer.customerId || seesOnlyOwn(viewer))
    return NOTHING as Where<Row>;
  return { customerId: viewer.customerId } as Where<Row>;
}

/** The visibility of what customers have and let: residents see, beside those who run it, what is their own. */
export function staffOrMembers<Row extends ResidentRow>(viewer: Viewer, permission: Permission): Where<Row> {
  if (!seesOnlyOwn(viewer)) return staffOrManagement<Row>(viewer, permission);
  if (!viewer.permissions.has(permission) || !viewer.customerId) return NOTHING as Where<Row>;
  return { customerId: viewer.customerId, residentId: viewer.userId } as Where<Row>;
}

/** Whether of what a customer has a viewer sees nothing but its own: what it sees then depends on who it is. */
export function seesOnlyOwn({ role }: Pick<Viewer, 'role'>): boolean {
  return role === 'RESIDENT';
}

/** Rows of the tenants that the viewer may look into. */
function inReach<Row extends TenantRow>(viewer: Viewer): Where<Row> {
  return (viewer.reach === 'EVERY_TENANT' ? {} : { tenantId: { in: viewer.reach } }) as Where<Row>;
}
