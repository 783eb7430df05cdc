import { may, signedIn } from '../../core/rules.ts';
import { levelInScope } from '../../core/scope.ts';
import { domainEventField } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { Role } from '../../graph/role.ts';
import { expectedVersionArg } from '../../graph/shared-args.ts';
import { UserFilter } from './user-filter.graph.ts';
import { setUserAttributes, setUserRole, setUserStatus } from './user-rights.commands.ts';
import { User, UserStatus } from './user-type.graph.ts';
import { seesOnlySelf, usersVisibleTo } from './users.access.ts';
import { userEntity } from './users.changes.ts';

commandField('userRoleSet', {
  description: 'Gives a user another role of the same level. The new rights hold from this change on.',
  rule: may('users:write'),
  noun: 'user',
  type: User,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the user.' }),
    role: arg({ type: Role, required: true, description: 'The new role, one that the viewer may give.' }),
    customerId: arg.id({
      description:
        'The customer that the user becomes a member of, for OWNER, MANAGER and RESIDENT. If omitted, unchanged.',
    }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, role, customerId, expectedVersion }) =>
    setUserRole(ctx, id, { role, customerId }, expectedVersion),
});

commandField('userStatusSet', {
  description: 'Sets the status of a user. LOCKED also signs the user out.',
  rule: may('users:write'),
  noun: 'user',
  type: User,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the user.' }),
    status: arg({ type: UserStatus, required: true, description: 'The new status.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, status, expectedVersion }) => setUserStatus(ctx, id, status, expectedVersion),
});

commandField('userAttributesSet', {
  description: 'Removes attributes of a user and adds others; whatever is in both lists is there afterwards.',
  rule: may('users:write'),
  noun: 'user',
  type: User,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the user.' }),
    add: arg.stringList({
      description:
        'What to add, `name` or `name=value`, of the type that its pool gives the name; a user has 100 attributes at most.',
    }),
    remove: arg.stringList({
      description:
        'What to remove: `name`, whatever its value, or `name=value`. What is not there is passed over.',
    }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, add, remove, expectedVersion }) =>
    setUserAttributes(ctx, id, { add, remove }, expectedVersion),
});

domainEventField('userRoleChanged', {
  description: 'A user was given another role.',
  noun: 'user',
  typeName: 'User',
  type: User,
  entity: userEntity,
  rule: signedIn,
  visibleTo: usersVisibleTo,
  isPersonal: seesOnlySelf,
  feed: levelInScope,
  isOfTenant: true,
  filter: UserFilter,
  happens: (before, after) => before !== null && before.role !== after.role,
});
