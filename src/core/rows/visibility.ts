import type { Permission } from '../rights/permissions.ts';
import { may } from '../rights/rules.ts';
import { type OwnedRow, ofOneTenant, type Scope } from '../rights/scope.ts';
import { isCustomerRole, type Viewer } from '../rights/viewer.ts';
import { NOTHING, type Where } from '../rights/where.ts';
import type { Entity, EntityRow } from './change.ts';
import type { Rows, WritableRows } from './rows.ts';
import { visibilityOf } from './visibility-of.ts';

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

/** The rows of the tenants in the viewer's reach, and those that the organizations of these tenants share. */
export function ownedVisibleTo<Row extends OwnedRow>({ reach, sharing }: Viewer): Where<Row> {
  if (reach === 'EVERY_TENANT' || sharing === 'EVERY_ORGANIZATION') return {} as Where<Row>;
  const shared = { tenantId: null, organizationId: { in: sharing } };
  return { OR: [{ tenantId: { in: reach } }, shared] } as unknown as Where<Row>;
}

/** The rows of a tenant that only staff may read and write: staff with the permissions. */
export function staffRows<Row extends EntityRow & TenantRow>(
  entity: Entity<Row>,
  read: Permission,
  write: Permission,
): WritableRows<Row>;
export function staffRows<Row extends EntityRow & TenantRow>(
  entity: Entity<Row>,
  read: Permission,
  write?: Permission,
): Rows<Row>;
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
    visibleTo: visibilityOf(entity, (viewer) => staffOfTenant<Row>(viewer, read)),
    scope: ofOneTenant as Scope<TenantRow> as Scope<Row>,
  };
}
