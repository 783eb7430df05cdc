import { type Context, requireViewer } from '../../core/context.ts';
import { may, type Rule } from '../../core/rules.ts';
import type {
  Customer as CustomerRow,
  MaintenanceRequest as MaintenanceRequestRow,
  User as UserRow,
} from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import type { PageArgs } from '../../graph/keyset.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { rowLoader } from '../../graph/loader.ts';
import { User, UserConnection } from './user-type.graph.ts';
import { seesOnlySelf, usersVisibleTo } from './users.access.ts';

// The fields of other rooms' types that lead to users.

const mayReadUsers = may('users:read');

const userOfId = rowLoader({
  find: ({ user }, ids) => user.findMany({ where: { id: { in: ids } } }),
  visibleTo: usersVisibleTo,
});

builder.prismaObjectField('Unit', 'resident', (t) =>
  t.field({
    type: User,
    nullable: true,
    columns: ['residentId'],
    isPersonal: seesOnlySelf,
    description: 'Who rents it. Null if it is vacant or the viewer may not see that user.',
    resolve: ({ residentId }, _args, ctx) => (residentId ? userOfId(ctx, residentId) : null),
  }),
);

for (const typeName of ['Payment', 'MaintenanceRequest'] as const) {
  builder.prismaObjectField(typeName, 'resident', (t) =>
    t.field({
      type: User,
      nullable: true,
      columns: [],
      isPersonal: seesOnlySelf,
      description:
        'Who rented the unit at the time. Null if it was vacant, or the viewer may not, or no longer, see that user.',
      resolve: ({ residentId }, _args, ctx) => (residentId ? userOfId(ctx, residentId) : null),
    }),
  );
}

const reportedItOrMayReadUsers: Rule<MaintenanceRequestRow> = (viewer, request) =>
  mayReadUsers(viewer) || request?.reporterId === viewer.userId;

builder.prismaObjectField('MaintenanceRequest', 'reporter', (t) =>
  t.field({
    type: User,
    nullable: true,
    columns: ['reporterId'],
    rule: reportedItOrMayReadUsers,
    isPersonal: seesOnlySelf,
    description: 'Who reported it. Null if the viewer may not, or no longer, see that user.',
    resolve: ({ reporterId }, _args, ctx) => userOfId(ctx, reporterId),
  }),
);

builder.prismaObjectField('MaintenanceRequest', 'assignee', (t) =>
  t.field({
    type: User,
    nullable: true,
    columns: ['assigneeId'],
    rule: mayReadUsers,
    description: 'The assignee. Null if it is not assigned, or the viewer may not see that user.',
    resolve: ({ assigneeId }, _args, ctx) => (assigneeId ? userOfId(ctx, assigneeId) : null),
  }),
);

builder.prismaObjectField('BulkJob', 'requestedBy', (t) =>
  t.field({
    type: User,
    nullable: true,
    columns: [],
    isPersonal: seesOnlySelf,
    description: 'The user who requested it. Null if the viewer may not, or no longer, see that user.',
    resolve: ({ requestedById }, _args, ctx) => userOfId(ctx, requestedById),
  }),
);

builder.prismaObjectField('Customer', 'members', (t) =>
  t.field({
    type: UserConnection,
    nullable: true,
    rule: mayReadUsers,
    columns: [],
    description: 'The users who are its members, by name. Null if the viewer may not read users.',
    args: pageArgs(t.arg),
    resolve: membersOf,
  }),
);

builder.objectField('Account', 'members', (t) =>
  t.field({
    type: UserConnection,
    nullable: true,
    rule: mayReadUsers,
    columns: [],
    description: 'The users who are its members, by name. Null if the viewer may not read users.',
    args: pageArgs(t.arg),
    resolve: membersOf,
  }),
);

function membersOf({ id, tenantId }: CustomerRow, args: PageArgs, ctx: Context) {
  return listPage<UserRow>(ctx, {
    args,
    orderBy: null,
    defaultOrder: { column: 'name', direction: 'asc' },
    where: { AND: [{ customerId: id }, usersVisibleTo(requireViewer(ctx).viewer)] },
    feed: tenantId,
    find: (query) => ctx.db.user.findMany(query),
    count: (where) => ctx.db.user.count({ where }),
  });
}
