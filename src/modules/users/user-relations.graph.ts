import { may, type Rule } from '../../core/rights/rules.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { UserOrder } from './user-filter.graph.ts';
import { users } from './users.access.ts';

// The fields of other rooms' types that lead to users. The rule of users admits every viewer, because each sees itself: a
// field that is only for readers of users has a rule of its own.

const mayReadUsers = may('users:read');

relationField('Unit', 'resident', users, {
  description: 'Who rents it. Null if it is vacant or the viewer may not see that user.',
  id: ({ residentId }) => residentId,
  columns: ['residentId'],
});

relationField(['Payment', 'MaintenanceRequest'], 'resident', users, {
  description:
    'Who rented the unit at the time. Null if it was vacant, or the viewer may not, or no longer, see that user.',
  id: ({ residentId }) => residentId,
  columns: [],
});

const reportedItOrMayReadUsers: Rule<MaintenanceRequest> = (viewer, request) =>
  mayReadUsers(viewer) || request?.reporterId === viewer.userId;

relationField('MaintenanceRequest', 'reporter', users, {
  description: 'Who reported it. Null if the viewer may not, or no longer, see that user.',
  rule: reportedItOrMayReadUsers,
  id: ({ reporterId }) => reporterId,
  columns: ['reporterId'],
});

relationField('MaintenanceRequest', 'assignee', users, {
  description: 'The assignee. Null if it is not assigned, or the viewer may not see that user.',
  rule: mayReadUsers,
  id: ({ assigneeId }) => assigneeId,
  columns: ['assigneeId'],
});

relationField('BulkJob', 'requestedBy', users, {
  description: 'The user who requested it. Null if the viewer may not, or no longer, see that user.',
  id: ({ requestedById }) => requestedById,
  columns: [],
});

relatedRowsField(['Customer', 'Account'], 'members', users, {
  description: 'The users who are its members, by name. Null if the viewer may not read users.',
  rule: mayReadUsers,
  where: ({ id }) => ({ customerId: id }),
  order: UserOrder,
});
