import { requireViewer } from '../../core/context.ts';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Where } from '../../core/rights/where.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import type { Incident } from '../../generated/prisma/client.ts';
import { toWhere } from '../../graph/inputs/filter.ts';
import { readOrder } from '../../graph/inputs/read-order.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { rowPage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { scopeArgs } from '../../graph/schema/shared-args.ts';
import { OVER } from './incident-transitions.ts';
import { incidents } from './incidents.access.ts';
import { IncidentFilter, IncidentOrder as order } from './incidents.graph.ts';

const PERIOD = sentences('BAD_USER_INPUT', {
  PERIOD_EMPTY: 'Argument "{argument}": must be after "from".',
});

/** The part of a list of incidents for which a client asks. */
interface Asked {
  readonly open?: boolean | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

builder.queryField('incidents', (t) =>
  t.field({
    type: connectionOf('Incident') as never,
    rule: incidents.rule,
    description:
      'The incidents of a tenant or an organization that the viewer may see, the latest first unless ordered otherwise.',
    args: {
      ...scopeArgs(t.arg, incidents.scope),
      open: t.arg.boolean({
        description:
          'Only those that are open, whatever the status of their services; false: only those that are over.',
      }),
      from: t.arg({
        type: 'DateTime',
        description: 'Only those that were still open at this time, or began after it.',
      }),
      to: t.arg({
        type: 'DateTime',
        description:
          'Only those that began before this time. The UTC day 29 March 2026 is from 2026-03-29T00:00:00Z to 2026-03-30T00:00:00Z.',
      }),
      filter: t.arg({ type: IncidentFilter, description: 'Only incidents that match this filter.' }),
      orderBy: t.arg({
        type: [order.type],
        description:
          'The order of the list, by at most 4 fields: each decides among the items that all before it leave equal, and last the id. A single one needs no brackets.',
      }),
      ...pageArgs(t.arg, incidents),
    },
    resolve: async (_root, args, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const { tenantId, organizationId, open, from, to, filter, orderBy, ...page } = args;
      const asked = { schema, typeName: incidents.type, viewer };
      const feed = incidents.scope.feed(viewer, tenantId, organizationId);
      requireModuleOf(incidents.entity, viewer, tenantId);
      const parts = [await incidents.scope.rows(feed, ctx.db), toWhere<Incident>(filter, asked)];
      return rowPage(ctx, incidents, {
        args: page,
        order: readOrder(orderBy, [order.usual], asked),
        where: { AND: [...parts, askedWhere({ open, from, to })] },
        feed,
      }) as never;
    },
  }),
);

/** An incident is of every period with which the time from its start to its resolution overlaps. */
function askedWhere({ open, from, to }: Asked): Where<Incident> {
  if (from && to && from >= to) throw badArgument(PERIOD.PERIOD_EMPTY({ argument: 'to' }));
  const isOver: Where<Incident> = { status: { in: [...OVER] } };
  return {
    AND: [
      ...(open == null ? [] : [open ? { NOT: isOver } : isOver]),
      ...(from ? [{ OR: [{ resolvedAt: null }, { resolvedAt: { gt: from } }] }] : []),
      ...(to ? [{ startedAt: { lt: to } }] : []),
    ],
  };
}
