import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import type { MaintenanceRequest as MaintenanceRequestRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { maintenanceRequestsVisibleTo } from './maintenance.access.ts';
import { MaintenanceRequestConnection } from './request-type.graph.ts';

// The fields of other rooms' types that lead to maintenance requests.

builder.prismaObjectField('Unit', 'maintenanceRequests', (t) =>
  t.field({
    type: MaintenanceRequestConnection,
    nullable: true,
    rule: may('maintenance:read'),
    columns: [],
    isPersonal: seesOnlyOwn,
    description:
      'The requests about it that the viewer may see, the latest first. Null if the viewer may not read maintenance.',
    args: pageArgs(t.arg),
    resolve: ({ id, tenantId }, args, ctx) =>
      listPage<MaintenanceRequestRow>(ctx, {
        args,
        orderBy: null,
        defaultOrder: { column: 'createdAt', direction: 'desc' },
        where: { AND: [{ unitId: id }, maintenanceRequestsVisibleTo(requireViewer(ctx).viewer)] },
        feed: tenantId,
        find: (query) => ctx.db.maintenanceRequest.findMany(query),
        count: (where) => ctx.db.maintenanceRequest.count({ where }),
      }),
  }),
);
