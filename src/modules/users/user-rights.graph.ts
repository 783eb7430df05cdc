import { may } from '../../core/rights/rules.ts';
import { rowCommandField } from '../../graph/commands/row-commands.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { Role } from '../../graph/schema/role.ts';
import { removedAttributesArg } from './removed-attributes-arg.graph.ts';
import { UserFilter } from './user-filter.graph.ts';
import { resetSecondFactor, setUserAttributes, setUserRole, setUserStatus } from './user-rights.commands.ts';
import { UserStatus } from './user-type.graph.ts';
import { users } from './users.access.ts';

rowCommandField('userRoleSet', users, {
  description: 'Gives a user another role of the same level. The new rights hold from this change on.',
  rule: may('users:write'),
  args: (arg) => ({
    role: arg({ type: Role, required: true, description: 'The new role, one that the viewer may give.' }),
    customerId: arg.id({
      description:
        'The customer that the user becomes a member of, for OWNER, MANAGER and RESIDENT. If omitted, unchanged.',
      ...idOf('Customer'),
    }),
  }),
  run: (ctx, args) => setUserRole(ctx, args),
});

rowCommandField('userStatusSet', users, {
  description: 'Sets the status of a user. LOCKED also signs the user out.',
  rule: may('users:write'),
  args: (arg) => ({
    status: arg({ type: UserStatus, required: true, description: 'The new status.' }),
  }),
  run: (ctx, args) => setUserStatus(ctx, args),
});

rowCommandField('userSecondFactorReset', users, {
  description:
    'Removes the second factor of a user who has lost it, with the recovery codes, and ends all sessions of the user, who receives an e-mail. The password stays. For another user alone, and for none who may do more than the viewer.',
  rule: may('users:write'),
  args: () => ({}),
  run: (ctx, args) => resetSecondFactor(ctx, args),
});

rowCommandField('userAttributesSet', users, {
  description: 'Removes attributes of a user and adds others; whatever is in both lists is there afterwards.',
  rule: may('users:write'),
  args: (arg) => ({
    add: arg.stringList({
      description:
        'What to add, `name` or `name=value`, of the type that its pool gives the name; a user has 100 attributes at most.',
    }),
    remove: removedAttributesArg(arg),
  }),
  run: (ctx, args) => setUserAttributes(ctx, args),
});

domainEventField('userRoleChanged', users, {
  description: 'A user was given another role.',
  filter: UserFilter,
  happens: (before, after) => before !== null && before.role !== after.role,
});
