import { BULK_PERMISSIONS } from '../../core/bulk-action.ts';
import { may } from '../../core/rules.ts';
import { bulkArgs, bulkTargets } from '../../graph/bulk-args.ts';
import { commandField } from '../../graph/command-field.ts';
import { deleteUsers, updateUsersAttributes } from './bulk-users.commands.ts';
import { UserFilter } from './user-filter.graph.ts';

commandField('usersDelete', {
  description:
    'Deletes many users as a bulk job; each is deleted or refused individually. Follow the job, or query its items.',
  rule: may(BULK_PERMISSIONS.USERS_DELETE),
  noun: 'bulkJob',
  type: 'BulkJob',
  args: (arg) => bulkArgs(arg, 'users', UserFilter),
  run: (ctx, args, schema) =>
    deleteUsers(
      ctx,
      bulkTargets(args, { schema, typeName: 'User', viewer: ctx.viewer }),
      args.idempotencyKey,
    ),
});

commandField('usersAttributesUpdate', {
  description:
    'Removes attributes of many users and adds others, as a bulk job; each user is changed or refused individually.',
  rule: may(BULK_PERMISSIONS.USERS_ATTRIBUTES_UPDATE),
  noun: 'bulkJob',
  type: 'BulkJob',
  args: (arg) => ({
    ...bulkArgs(arg, 'users', UserFilter),
    add: arg.stringList({
      description:
        'What to add; a user has 100 attributes at most. An attribute whose name is in a pool replaces the user’s previous value.',
    }),
    remove: arg.stringList({
      description:
        'What to remove: `name`, whatever its value, or `name=value`. What is not there is passed over.',
    }),
  }),
  run: (ctx, { add, remove, ...args }, schema) =>
    updateUsersAttributes(
      ctx,
      bulkTargets(args, { schema, typeName: 'User', viewer: ctx.viewer }),
      { add, remove },
      args.idempotencyKey,
    ),
});
