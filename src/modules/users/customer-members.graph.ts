import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import type { User as UserRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { UserConnection } from './user-type.graph.ts';
import { usersVisibleTo } from './users.access.ts';

builder.prismaObjectField('Customer', 'members', (t) =>
  t.field({
    type: UserConnection,
    nullable: true,
    rule: may('users:read'),
    columns: [],
    description: 'The users who are its members, by name. Null if the viewer may not read users.',
    args: pageArgs(t.arg),
    resolve: ({ id, tenantId }, args, ctx) =>
      listPage<UserRow>(ctx, {
        args,
        orderBy: null,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [{ customerId: id }, usersVisibleTo(requireViewer(ctx).viewer)] },
        feed: tenantId,
        find: (query) => ctx.db.user.findMany(query),
        count: (where) => ctx.db.user.count({ where }),
      }),
  }),
);
