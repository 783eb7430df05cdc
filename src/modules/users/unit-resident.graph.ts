import { builder } from '../../graph/builder.ts';
import { rowLoader } from '../../graph/loader.ts';
import { User } from './user-type.graph.ts';
import { seesOnlySelf, usersVisibleTo } from './users.access.ts';

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
    description: 'Who rents it. Null if it stands empty or the viewer may not see that user.',
    resolve: ({ residentId }, _args, ctx) => (residentId ? userOfId(ctx, residentId) : null),
  }),
);
