import { type OwnedRow, ofOneOwner, type Scope } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import type { MaintenanceWindow } from '../../generated/prisma/client.ts';
import { mayReadStatus, mayWriteStatus, statusRowsVisibleTo } from '../services/services.access.ts';
import { maintenanceWindowEntity, memberView } from './maintenance-windows.changes.ts';

/** The view of a viewer of windows: a customer's own users do not notice which team has them. */
export function windowViewFor({ role }: Viewer): PartialView<MaintenanceWindow> | undefined {
  return isCustomerRole(role) ? memberView : undefined;
}

export const maintenanceWindows: Rows<MaintenanceWindow> = {
  entity: maintenanceWindowEntity,
  type: 'MaintenanceWindow',
  rule: mayReadStatus,
  writeRule: mayWriteStatus,
  visibleTo: statusRowsVisibleTo<MaintenanceWindow>,
  viewFor: windowViewFor,
  scope: ofOneOwner as Scope<OwnedRow> as Scope<MaintenanceWindow>,
};
