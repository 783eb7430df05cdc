import { may, type Rule } from '../../core/rights/rules.ts';
import { isPlatformRole } from '../../core/rights/viewer.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { users } from '../users/users.access.ts';
import { maintenanceRequests } from './maintenance.access.ts';

const mayReadUsers = may('users:read');

const reportedItOrMayReadUsers: Rule<MaintenanceRequest> = (viewer, request) =>
  mayReadUsers(viewer) || request?.reporterId === viewer.userId;

relationField('MaintenanceRequest', 'reporter', users, {
  description:
    'Who reported it. Null if the viewer may not, or no longer, see that user: staff of the platform only that staff gets to know.',
  rule: reportedItOrMayReadUsers,
  // Images from before the column are shown to no outsider: their reporter may be of the platform.
  shownWhere: ({ role }) => (isPlatformRole(role) ? {} : { reporterOfPlatform: false }),
  column: 'reporterId',
});

relationField('MaintenanceRequest', 'assignee', users, {
  description: 'The assignee. Null if it is not assigned, or the viewer may not see that user.',
  rule: mayReadUsers,
  column: 'assigneeId',
});

relatedRowsField('Unit', 'maintenanceRequests', maintenanceRequests, {
  description: 'The requests about it that the viewer may see, the latest first.',
  column: 'unitId',
  order: ['createdAt', 'desc'],
});
