import { ofOneOwner } from '../../core/rights/scope.ts';
import { customersSee } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { MaintenanceWindow } from '../../generated/prisma/client.ts';
import { mayReadStatus, mayWriteStatus, statusRowsVisibleTo } from '../services/services.access.ts';
import { maintenanceWindowEntity, memberView } from './maintenance-windows.changes.ts';

export const maintenanceWindows: Rows<MaintenanceWindow> = {
  entity: maintenanceWindowEntity,
  type: 'MaintenanceWindow',
  rule: mayReadStatus,
  writeRule: mayWriteStatus,
  visibleTo: visibilityOf(maintenanceWindowEntity, statusRowsVisibleTo<MaintenanceWindow>),
  // A customer's own users do not notice which team has them.
  viewFor: customersSee(memberView),
  scope: ofOneOwner,
};
