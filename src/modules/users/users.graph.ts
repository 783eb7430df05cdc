import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { UserFilter, UserOrder } from './user-filter.graph.ts';
import { userCreateInput, userUpdateInput } from './user-input.ts';
import { users } from './users.access.ts';
import { createUser, deleteUser, updateUser } from './users.commands.ts';

rowField('user', users);

rowsField('users', users, { filter: UserFilter, order: UserOrder });

createField('userCreate', users, userCreateInput, createUser);

updateField('userUpdate', users, userUpdateInput, updateUser);

deleteField('userDelete', users, 'Deletes a user and signs the user out.', deleteUser);

changeFields(users, UserFilter, {
  created: 'userCreated',
  updated: 'userUpdated',
  deleted: 'userDeleted',
  all: 'userChanged',
});
