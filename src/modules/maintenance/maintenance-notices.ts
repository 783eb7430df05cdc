import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import { maintenanceRequests } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';

/** The assignee learns that a request is its own now. */
export const maintenanceRequestAssigned: Notice<MaintenanceRequest> = {
  key: 'maintenanceRequestAssigned',
  entity: maintenanceRequestEntity,
  severity: 'INFO',
  text: 'A maintenance request was assigned to you. Priority: {priority}.',
  channels: 'notifications.maintenance.channels',
  happens: (before, after) => after.assigneeId !== null && after.assigneeId !== before?.assigneeId,
  params: ({ priority }) => ({ priority }),
  recipients: ({ assigneeId }) => ({ id: { in: assigneeId ? [assigneeId] : [] } }),
  rule: maintenanceRequests.rule,
  visibleTo: (viewer) => maintenanceRequests.visibleTo(viewer) as Where<NoticeSubject>,
};
