import { requireViewer } from '../../core/context.ts';
import { inherited } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import {
  type CustomerStats as CustomerStatsRow,
  CustomerStatus as Status,
} from '../../generated/prisma/client.ts';
import { rowEvent } from '../../graph/events/change-event.ts';
import { followSpecOf } from '../../graph/events/change-source.ts';
import { everyChange } from '../../graph/events/every-change.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { customerStats } from './customers.access.ts';
import { COUNT_OF } from './customers.changes.ts';
import { CustomerStatus } from './customers.graph.ts';

type Counts = Omit<CustomerStatsRow, 'createdAt' | 'updatedAt'>;

/** The counts of a tenant that never had a customer. */
const NONE = { total: 0, trial: 0, active: 0, pastDue: 0, suspended: 0, cancelled: 0, version: 0 };

const CustomerStatusCount = builder
  .objectRef<{ status: Status; count: number }>('CustomerStatusCount')
  .implement({
    description: 'The number of customers of a tenant with one status.',
    rule: inherited,
    fields: (t) => ({
      status: t.expose('status', { type: CustomerStatus, description: 'The status.' }),
      count: t.exposeInt('count', { description: 'The number of customers with this status.' }),
    }),
  });

// It has an id and is no Node: the id is the tenant's, and ids of Nodes are unique among all entities.
const CustomerStats = builder.objectRef<Counts>('CustomerStats').implement({
  description:
    'The number of customers of a tenant. At every position of the feed it agrees with the list of customers.',
  rule: customerStats.rule,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the tenant.' }),
    version: t.exposeInt('version', { description: 'Grows with every change of the counts.' }),
    total: t.exposeInt('total', { description: 'The number of customers.' }),
    byStatus: t.field({
      type: [CustomerStatusCount],
      columns: Object.values(COUNT_OF),
      description: 'The number of customers with each status: every status once, in the order of the enum.',
      resolve: (stats) => Object.values(Status).map((status) => ({ status, count: stats[COUNT_OF[status]] })),
    }),
  }),
});

builder.queryField('customerStats', (t) =>
  t.field({
    type: CustomerStats,
    rule: customerStats.rule,
    description: 'The number of customers of a tenant, in total and by status.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: async (_root, { tenantId: named }, ctx) => {
      const { viewer } = requireViewer(ctx);
      const id = tenantInScope(viewer, named);
      const visible = toPrismaWhere(customerStats.visibleTo(viewer));
      const stats = await ctx.db.customerStats.findFirst({ where: { AND: [{ id }, visible] } });
      return stats ?? { id, ...NONE };
    },
  }),
);

const CustomerStatsChanged = rowEvent(
  'CustomerStatsChanged',
  'The number of customers of a tenant changed, in total or of one status.',
  customerStats,
  'stats',
);

const events = { created: 'CustomerStatsChanged', updated: 'CustomerStatsChanged' };
const spec = followSpecOf({ rows: customerStats, events }, { hasPositions: false });

followField('customerStatsChanged', {
  type: CustomerStatsChanged,
  description: 'Emits when the number of customers of a tenant changes, in total or by status.',
  args: (arg) => ({ tenantId: tenantArg(arg) }),
  spec,
});

everyChange.add(customerStats, spec, [CustomerStatsChanged]);
