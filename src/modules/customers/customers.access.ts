import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { ofOneTenant } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { CustomerStats } from '../../generated/prisma/client.ts';
import { customerEntity, customerStatsEntity } from './customers.changes.ts';

export const permissions = {
  'customers:read': [...READERS, 'SUPPORT', 'CSR'],
  'customers:write': [...ADMINS, 'SUPPORT'],
  /** Remarks about a customer that its own users never see. */
  'notes:read': [...READERS, 'SUPPORT'],
  /** E-mail addresses and telephone numbers of customers, whatever they are used for. */
  'contacts:read': [...READERS, 'CSR', 'OWNER', 'MANAGER'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff see the customers of the tenants in their reach; a customer's own users see its Account. */
export const customers = staffRows(customerEntity, 'customers:read', 'customers:write');

/** The counts of a tenant are visible to those who see its customers. */
function customerStatsVisibleTo(viewer: Viewer): Where<CustomerStats> {
  if (!viewer.permissions.has('customers:read') || isCustomerRole(viewer.role)) return NOTHING;
  return viewer.reach === 'EVERY_TENANT' ? {} : { id: { in: viewer.reach } };
}

export const customerStats: Rows<CustomerStats> = {
  entity: customerStatsEntity,
  type: 'CustomerStats',
  rule: may('customers:read'),
  visibleTo: visibilityOf(customerStatsEntity, customerStatsVisibleTo),
  scope: { ...ofOneTenant, rows: (tenantId) => ({ id: tenantId }) },
};
