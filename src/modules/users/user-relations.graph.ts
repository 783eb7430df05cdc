import { may } from '../../core/rights/rules.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { users } from './users.access.ts';

// The relations to users that several types have in common. The rule of users admits every viewer, because each sees
// itself: a field that is only for readers of users has a rule of its own.

relationField(['Payment', 'MaintenanceRequest'], 'resident', users, {
  description:
    'Who rented the unit at the time. Null if it was vacant, or the viewer may not, or no longer, see that user.',
  column: 'residentId',
  columns: [],
});

relatedRowsField(['Customer', 'Account'], 'members', users, {
  description: 'The users who are its members, by name.',
  rule: may('users:read'),
  column: 'customerId',
  order: ['name', 'asc'],
});
