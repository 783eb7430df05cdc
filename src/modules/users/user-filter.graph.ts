import {
  BooleanFilter,
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  NullableIdFilter,
  NullableStringFilter,
  StringFilter,
  StringListFilter,
} from '../../graph/filter.ts';
import { orderInput } from '../../graph/order-input.ts';
import { Role } from '../../graph/role.ts';
import { UserStatus } from './user-type.graph.ts';

export const UserFilter = filterInput('User', 'users', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  email: t.field({ type: StringFilter, description: 'By e-mail address.' }),
  role: t.field({ type: enumFilter('Role', Role), description: 'By role.' }),
  department: t.field({ type: NullableStringFilter, description: 'By department.' }),
  company: t.field({ type: NullableStringFilter, description: 'By company.' }),
  status: t.field({ type: enumFilter('UserStatus', UserStatus), description: 'By status.' }),
  isActive: t.field({ type: BooleanFilter, description: 'By whether the account is active.' }),
  customerId: t.field({ type: NullableIdFilter, description: 'By the id of the customer.' }),
  attributes: t.field({ type: StringListFilter, description: 'By what policies ask about.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

export const UserOrder = orderInput('User', 'users', {
  NAME: { column: 'name', description: 'By name.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});
