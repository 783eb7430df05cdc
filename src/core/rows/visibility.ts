import type { Permission } from '../rights/permissions.ts';
import { may } from '../rights/rules.ts';
import { ofOneTenant, type Scope } from '../rights/scope.ts';
import { isCustomerRole, type Viewer } from '../rights/viewer.ts';
import { NOTHING, type Where } from '../rights/where.ts';
import type { Entity, EntityRow } from './change.ts';
import type { Rows } from './rows.ts';

/** A row that belongs to a tenant. */
export interface TenantRow {
  readonly tenantId: string;
}

/**
 * The visibility of most entities of a tenant: staff with the permission see the rows of every tenant in their reach.
 */
export function staffOfTenant<Row extends TenantRow>(viewer: Viewer, permission: Permission): Where<Row> {
  if (!viewer.permissions.has(permission) || isCustomerRole(viewer.role)) return NOTHING as Where<Row>;
  return (viewer.reach === 'EVERY_TENANT' ? {} : { tenantId: { in: viewer.reach } }) as Where<Row>;
}

/** The rows of a tenant that only staff may read and write: staff with the permissions. */
export function staffRows<Row extends EntityRow & TenantRow>(
  entity: Entity<Row>,
  read: Permission,
  write?: Permission,
): Rows<Row> {
  return {
    entity,
    type: entity.name,
    rule: may(read),
    ...(write && { writeRule: may(write) }),
    visibleTo: (viewer) => staffOfTenant<Row>(viewer, read),
    scope: ofOneTenant as Scope<Row>,
  };
}
