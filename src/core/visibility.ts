import type { Permission } from './permissions.ts';
import { isMemberRole, type Viewer } from './viewer.ts';
import { NOTHING, type Where } from './where.ts';

/** A row that belongs to a tenant. */
export interface InTenant {
  readonly tenantId: string;
}

/**
 * The visibility that most entities of a tenant share: those who are no members of a customer, hold the
 * permission and may look into the tenant see every row of it.
 */
export function staffOfTenant<Row extends InTenant>(viewer: Viewer, permission: Permission): Where<Row> {
  if (!viewer.permissions.has(permission) || isMemberRole(viewer.role)) return NOTHING as Where<Row>;
  return inReach(viewer);
}

/** Rows of the tenants that the viewer may look into. */
function inReach<Row extends InTenant>(viewer: Viewer): Where<Row> {
  return (viewer.reach === 'EVERY_TENANT' ? {} : { tenantId: { in: viewer.reach } }) as Where<Row>;
}
