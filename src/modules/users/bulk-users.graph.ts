import { may } from '../../core/rights/rules.ts';
import { bulkArgs, bulkTargets } from '../../graph/commands/bulk-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { bulkJobs } from '../bulk-jobs/bulk-jobs.access.ts';
import {
  deleteUserAction,
  deleteUsers,
  updateUserAttributesAction,
  updateUsersAttributes,
} from './bulk-users.commands.ts';
import { removedAttributesArg } from './removed-attributes-arg.graph.ts';
import { UserFilter } from './user-filter.graph.ts';
import { users } from './users.access.ts';

commandField('usersDelete', bulkJobs, bulkArgs(users, UserFilter), {
  description:
    'Deletes many users as a bulk job; each is deleted or refused individually. Follow the job, or query its items.',
  rule: may(deleteUserAction.permission),
  run: (ctx, args, schema) => deleteUsers(ctx, bulkTargets(users, args, ctx, schema)),
});

commandField(
  'usersAttributesUpdate',
  bulkJobs,
  (arg) => ({
    ...bulkArgs(users, UserFilter)(arg),
    add: arg.stringList({
      description:
        'What to add; a user has 100 attributes at most. An attribute whose name is in a pool replaces the user’s previous value.',
    }),
    remove: removedAttributesArg(arg),
  }),
  {
    description:
      'Removes attributes of many users and adds others, as a bulk job; each user is changed or refused individually.',
    rule: may(updateUserAttributesAction.permission),
    run: (ctx, { add, remove, ...args }, schema) =>
      updateUsersAttributes(ctx, { add, remove, targets: bulkTargets(users, args, ctx, schema) }),
  },
);
