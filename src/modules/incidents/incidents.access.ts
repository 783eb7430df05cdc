import { ofOneOwner } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import { customersSee } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Incident, IncidentUpdate } from '../../generated/prisma/client.ts';
import { mayReadStatus, mayWriteStatus, statusRowsVisibleTo } from '../services/services.access.ts';
import { incidentEntity, incidentUpdateEntity, memberView } from './incidents.changes.ts';

export const incidents: Rows<Incident> = {
  entity: incidentEntity,
  type: 'Incident',
  rule: mayReadStatus,
  writeRule: mayWriteStatus,
  visibleTo: visibilityOf(incidentEntity, statusRowsVisibleTo<Incident>),
  // A customer's own users do not notice how the staff works on them.
  viewFor: customersSee(memberView),
  scope: ofOneOwner,
};

/** Updates for the staff alone are no rows for a customer's own users. */
function updatesVisibleTo(viewer: Viewer): Where<IncidentUpdate> {
  const visible = statusRowsVisibleTo<IncidentUpdate>(viewer);
  if (!isCustomerRole(viewer.role)) return visible;
  return { AND: [visible, { visibility: { in: ['PUBLIC', 'TENANT'] } }] };
}

export const incidentUpdates: Rows<IncidentUpdate> = {
  entity: incidentUpdateEntity,
  type: 'IncidentUpdate',
  rule: mayReadStatus,
  writeRule: mayWriteStatus,
  visibleTo: visibilityOf(incidentUpdateEntity, updatesVisibleTo),
  scope: ofOneOwner,
};
