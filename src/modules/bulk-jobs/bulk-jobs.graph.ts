import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { BulkJob as BulkJobRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { commandField } from '../../graph/command-field.ts';
import { toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, tenantArg } from '../../graph/shared-args.ts';
import { BulkJobFilter } from './bulk-job-filter.graph.ts';
import { BulkJob, BulkJobConnection } from './bulk-job-type.graph.ts';
import { bulkJobsVisibleTo } from './bulk-jobs.access.ts';
import { cancelBulkJob, mayCancelSome } from './bulk-jobs.commands.ts';

const BulkJobOrder = orderInput('BulkJob', 'bulk jobs', {
  CREATED_AT: { column: 'createdAt', description: 'By the time of the request.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

builder.queryField('bulkJob', (t) =>
  t.prismaField({
    type: BulkJob,
    nullable: true,
    rule: may('bulk-jobs:read'),
    description: 'One bulk job. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the job.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(bulkJobsVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.bulkJob.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('bulkJobs', (t) =>
  t.field({
    type: BulkJobConnection,
    rule: may('bulk-jobs:read'),
    description: 'The bulk jobs of a tenant, the latest first unless ordered otherwise.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: BulkJobFilter, description: 'Only jobs that match this filter.' }),
      orderBy: t.arg({ type: BulkJobOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'BulkJob', viewer });
      return listPage<BulkJobRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'createdAt', direction: 'desc' },
        where: { AND: [{ tenantId }, bulkJobsVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.bulkJob.findMany(query),
        count: (where) => ctx.db.bulkJob.count({ where }),
      });
    },
  }),
);

commandField('bulkJobCancel', {
  description:
    'Cancels a bulk job. Finished items stay done, the remaining ones are skipped. For those who may request such a job.',
  rule: mayCancelSome,
  noun: 'bulkJob',
  type: BulkJob,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the job.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => cancelBulkJob(ctx, id, expectedVersion),
});
