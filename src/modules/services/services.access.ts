import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may, staffMay } from '../../core/rights/rules.ts';
import { type OwnedRow, ofOneOwner } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import { customersSee } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { ownedVisibleTo } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Service } from '../../generated/prisma/client.ts';
import { memberView, serviceEntity } from './services.changes.ts';

export const permissions = {
  /** Services, incidents, maintenance windows and the status of the whole. */
  'status:read': [...READERS, 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  'status:write': [...ADMINS, 'ORGANIZATION_ADMIN', 'SUPPORT'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

export const mayReadStatus = may('status:read');

/** A customer's own users change no status, whatever permissions they hold beside their role. */
export const mayWriteStatus = staffMay('status:write');

/** Reasons, teams and internal updates are for staff only. */
export const staffMayReadStatus = staffMay('status:read');

/** Viewers who may read the status see the rows of the tenants in their reach, and those that their organizations share. */
export function statusRowsVisibleTo<Row extends OwnedRow>(viewer: Viewer): Where<Row> {
  return viewer.permissions.has('status:read') ? ownedVisibleTo<Row>(viewer) : (NOTHING as Where<Row>);
}

export const services: Rows<Service> = {
  entity: serviceEntity,
  type: 'Service',
  rule: mayReadStatus,
  writeRule: mayWriteStatus,
  visibleTo: visibilityOf(serviceEntity, statusRowsVisibleTo<Service>),
  // A customer's own users do not notice how the staff is organized.
  viewFor: customersSee(memberView),
  scope: ofOneOwner,
};
