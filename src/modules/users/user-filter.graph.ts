import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { users } from './users.access.ts';

export const UserFilter = filterInput(users, {
  name: 'By name.',
  email: 'By e-mail address.',
  role: 'By role.',
  department: 'By department.',
  company: 'By company.',
  status: 'By status.',
  isActive: 'By whether the account is active.',
  customerId: 'By the id of the customer.',
  attributes: 'By what policies ask about.',
});

export const UserOrder = orderInput(users, ['name', 'asc'], { name: 'By name.' });
