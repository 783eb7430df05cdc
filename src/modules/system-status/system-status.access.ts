import { ofOneOwner } from '../../core/rights/scope.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { SystemStatus } from '../../generated/prisma/client.ts';
import { mayReadStatus, statusRowsVisibleTo } from '../services/services.access.ts';
import { systemStatusEntity } from './system-status.changes.ts';

/** The viewers that see services see their roll-ups. */
export const systemStatuses: Rows<SystemStatus> = {
  entity: systemStatusEntity,
  type: 'SystemStatus',
  rule: mayReadStatus,
  visibleTo: visibilityOf(systemStatusEntity, statusRowsVisibleTo<SystemStatus>),
  scope: ofOneOwner,
};
