import { requireViewer } from '../../core/context.ts';
import { may, signedIn } from '../../core/rules.ts';
import { levelInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { User as UserRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { Role } from '../../graph/role.ts';
import { expectedVersionArg, idempotencyKeyArg, levelArg } from '../../graph/shared-args.ts';
import { UserFilter, UserOrder } from './user-filter.graph.ts';
import { User, UserConnection } from './user-type.graph.ts';
import { seesOnlySelf, usersOfLevel, usersVisibleTo } from './users.access.ts';
import { userEntity } from './users.changes.ts';
import { createUser, deleteUser, updateUser } from './users.commands.ts';

builder.queryField('user', (t) =>
  t.prismaField({
    type: User,
    nullable: true,
    rule: signedIn,
    description: 'One user. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the user.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(usersVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.user.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    rule: signedIn,
    description:
      'The users of a tenant, an organization or the platform that the viewer may see, by name unless ordered otherwise.',
    args: {
      tenantId: levelArg(t.arg),
      filter: t.arg({ type: UserFilter, description: 'Only users that match this filter.' }),
      orderBy: t.arg({ type: UserOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const feed = levelInScope(viewer, tenantId);
      const wanted = toWhere(filter, { schema, typeName: 'User', viewer });
      return listPage<UserRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [usersOfLevel(feed), usersVisibleTo(viewer), wanted] },
        feed,
        find: (query) => ctx.db.user.findMany(query),
        count: (where) => ctx.db.user.count({ where }),
      });
    },
  }),
);

const UserCreateInput = builder.inputType('UserCreateInput', {
  description: 'A new user. The role says where the user belongs.',
  fields: (t) => ({
    tenantId: t.id({
      description: 'The tenant, for roles of a tenant. Optional for users who belong to a single tenant.',
    }),
    organizationId: t.id({ description: 'The organization, for ORGANIZATION_ADMIN.' }),
    customerId: t.id({
      description: 'The customer, one of the same tenant, for OWNER, MANAGER and RESIDENT.',
    }),
    name: t.string({ required: true, description: 'The name, 200 characters at most.' }),
    email: t.string({ required: true, description: 'E-mail address to sign in with; unique.' }),
    role: t.field({ type: Role, required: true, description: 'The role of the user.' }),
    department: t.string({ description: 'The department, 200 characters at most.' }),
    company: t.string({ description: 'The company, 200 characters at most.' }),
    attributes: t.stringList({
      description:
        'Attributes that policies refer to, at most 100: each is `name` or `name=value`, of the type that its pool gives the name.',
    }),
    permissions: t.stringList({
      description:
        'Permissions in addition to those of the role, 200 at most, none that the viewer does not hold.',
    }),
    password: t.string({
      description:
        'The first password, of 10 to 200 characters. Without one the user cannot sign in with a password.',
    }),
  }),
});

const UserUpdateInput = builder.inputType('UserUpdateInput', {
  description: 'Changes to a user. An omitted field keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'The name, 200 characters at most.' }),
    email: t.string({ description: 'E-mail address to sign in with; unique.' }),
    department: t.string({ description: 'The department, 200 characters at most; null removes it.' }),
    company: t.string({ description: 'The company, 200 characters at most; null removes it.' }),
    customerId: t.id({
      description: 'Another customer of the same tenant, for OWNER, MANAGER and RESIDENT.',
    }),
    permissions: t.stringList({
      description:
        'All permissions in addition to those of the role, 200 at most; none that neither the viewer nor the user holds.',
    }),
    isActive: t.boolean({ description: 'Whether the account is active; false signs the user out.' }),
  }),
});

commandField('userCreate', {
  description: 'Creates a user.',
  rule: may('users:write'),
  noun: 'user',
  type: User,
  args: (arg) => ({
    input: arg({ type: UserCreateInput, required: true, description: 'The new user.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createUser(ctx, input, idempotencyKey),
});

commandField('userUpdate', {
  description: 'Changes the given fields of a user.',
  rule: may('users:write'),
  noun: 'user',
  type: User,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the user.' }),
    input: arg({ type: UserUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateUser(ctx, id, input, expectedVersion),
});

commandField('userDelete', {
  description: 'Deletes a user and signs the user out.',
  rule: may('users:write'),
  noun: 'user',
  type: User,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the user.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteUser(ctx, id, expectedVersion),
});

changeFields({
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
  fields: { created: 'userCreated', updated: 'userUpdated', deleted: 'userDeleted', all: 'userChanged' },
});
