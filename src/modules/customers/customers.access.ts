import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import { staffOfTenant, type TenantRow } from '../../core/visibility.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Customer, CustomerStats } from '../../generated/prisma/client.ts';

/** Customers are seen by the staff who may read them; members see their own as an Account instead. */
export function customersVisibleTo(viewer: Viewer): Where<Customer> {
  return staffOfTenant<Customer & TenantRow>(viewer, 'customers:read');
}

/** The counts of a tenant are seen by whoever sees its customers. */
export function customerStatsVisibleTo(viewer: Viewer): Where<CustomerStats> {
  if (!viewer.permissions.has('customers:read') || isMemberRole(viewer.role)) return NOTHING;
  return viewer.reach === 'EVERY_TENANT' ? {} : { id: { in: viewer.reach } };
}
