import type { InputShapeFromFields } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import type { ViewerContext } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import type { User } from '../../generated/prisma/client.ts';
import { type CommandArg, commandField } from '../../graph/command-field.ts';
import { toWhere } from '../../graph/filter.ts';
import { deleteUsers, type Targets, updateUsersAttributes } from './bulk-users.commands.ts';
import { UserFilter } from './user-filter.ts';

const targetArgs = (arg: CommandArg) => ({
  tenantId: arg.id({
    description: 'The tenant whose users are meant. May be left out by people of one tenant.',
  }),
  ids: arg.idList({ description: 'The users, 10,000 at most. Either this or `filter`.' }),
  filter: arg({
    type: UserFilter,
    description: 'Chooses the users when the job is asked for, 10,000 at most. Either this or `ids`.',
  }),
});

const idempotencyKey = (arg: CommandArg) =>
  arg.string({ description: 'Makes a repeated request answer like the first one, for 24 hours.' });

function targetsOf(
  { viewer }: ViewerContext,
  { tenantId, ids, filter }: InputShapeFromFields<ReturnType<typeof targetArgs>>,
  schema: GraphQLSchema,
): Targets {
  const where = filter ? toWhere<User>(filter, { schema, typeName: 'User', viewer }) : null;
  return { tenantId, ids, where, asked: { ids, filter } };
}

commandField('usersDelete', {
  description:
    'Deletes many users as a bulk job; each is refused or deleted for itself. Follow the job, or ask for its items.',
  rule: may('users:write'),
  noun: 'bulkJob',
  type: 'BulkJob',
  args: (arg) => ({ ...targetArgs(arg), idempotencyKey: idempotencyKey(arg) }),
  run: (ctx, args, schema) => deleteUsers(ctx, targetsOf(ctx, args, schema), args.idempotencyKey),
});

commandField('usersAttributesUpdate', {
  description:
    'Removes attributes of many users and adds others, as a bulk job; each user is refused or changed for itself.',
  rule: may('users:write'),
  noun: 'bulkJob',
  type: 'BulkJob',
  args: (arg) => ({
    ...targetArgs(arg),
    add: arg.stringList({ description: 'What to add; a user has 100 attributes at most.' }),
    remove: arg.stringList({ description: 'What to remove; what is not there is passed over.' }),
    idempotencyKey: idempotencyKey(arg),
  }),
  run: (ctx, { add, remove, ...args }, schema) =>
    updateUsersAttributes(ctx, targetsOf(ctx, args, schema), { add, remove }, args.idempotencyKey),
});
