import { databaseTime } from '../../changes/schedule.ts';
import { requireViewer } from '../../core/context.ts';
import { badArgument, noSuch } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { inherited } from '../../core/rights/rules.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { ServiceStatus as Status } from '../../generated/prisma/enums.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { ServiceStatus } from './service-type.graph.ts';
import { services } from './services.access.ts';
import {
  DOWN,
  downOf,
  knownOf,
  ratioOf,
  startOfDays,
  type UptimeOfDays,
  type Uptime as UptimeShape,
  uptimeOf,
} from './uptime.terms.ts';

/** The most days of a question. */
const MAX_DAYS = 90;
/** The cost of an item of `days`: a list counts as a page of the usual size, and this one is longer. */
const COST = 5;

const RANGE = sentences('BAD_USER_INPUT', {
  DAYS_OUT_OF_RANGE: 'Argument "{argument}": 1 to {max} days.',
});

const seconds = (ms: number) => ms / 1_000;

const StatusSeconds = builder.objectRef<{ status: Status; ms: number }>('StatusSeconds').implement({
  description: 'The time that a service spent with a status.',
  rule: inherited,
  fields: (t) => ({
    status: t.expose('status', { type: ServiceStatus, description: 'The status.' }),
    seconds: t.float({ description: 'The seconds.', resolve: ({ ms }) => seconds(ms) }),
    weight: t.float({
      description: 'The part of them that counts as down, from 0 to 1. Planned maintenance counts as up.',
      resolve: ({ status }) => DOWN[status],
    }),
  }),
});

const NoUptimeReason = builder.enumType('NoUptimeReason', {
  description: 'Why there is no uptime of a time.',
  values: { NO_DATA: { description: 'The service did not exist yet, or the time has only begun.' } } as const,
});

const Uptime = builder.objectRef<UptimeShape>('Uptime').implement({
  description: 'How long a service was up in a time.',
  rule: inherited,
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'The first moment, in UTC.',
      resolve: ({ start }) => start,
    }),
    end: t.field({
      type: 'DateTime',
      description: 'The first moment after it, in UTC. What is in the future is not counted.',
      resolve: ({ end }) => end,
    }),
    ratio: t.float({
      nullable: true,
      description:
        'The part of the known seconds in which it was up, with six digits, never rounded up: it is 1 only if nothing was down. Null if nothing is known: `noDataReason` says why.',
      resolve: ratioOf,
    }),
    noDataReason: t.field({
      type: NoUptimeReason,
      nullable: true,
      description: 'Why there is no ratio. Null if there is one.',
      resolve: (uptime) => (knownOf(uptime) === 0 ? ('NO_DATA' as const) : null),
    }),
    knownSeconds: t.float({
      description: 'The seconds in which the service existed, until now.',
      resolve: (uptime) => seconds(knownOf(uptime)),
    }),
    downSeconds: t.float({
      description: 'The seconds that count as down, each by the weight of its status.',
      resolve: (uptime) => seconds(downOf(uptime)),
    }),
    byStatus: t.field({
      type: [StatusSeconds],
      description: 'The seconds with each status, with its weight: every status once.',
      resolve: ({ spent }) => Object.entries(spent).map(([status, ms]) => ({ status: status as Status, ms })),
    }),
  }),
});

const ServiceUptime = builder.objectRef<UptimeOfDays & { asOf: Date }>('ServiceUptime').implement({
  description:
    'How long a service was up, computed from the effects of overrides, incidents and maintenance windows on it. Effects at the same time count once, and back-dated ones from when they began.',
  rule: inherited,
  fields: (t) => ({
    asOf: t.field({
      type: 'DateTime',
      description: 'The time of the answer: nothing after it is counted.',
      resolve: ({ asOf }) => asOf,
    }),
    timeZone: t.string({ description: 'The zone of the days and months: UTC.', resolve: () => 'UTC' }),
    total: t.field({ type: Uptime, description: 'All days together.', resolve: ({ total }) => total }),
    days: t.field({
      type: [Uptime],
      description: 'The days, the earliest first.',
      ...costing(COST),
      resolve: ({ days }) => [...days],
    }),
    months: t.field({
      type: [Uptime],
      description: 'The months, each with its days that are among these.',
      resolve: ({ months }) => [...months],
    }),
  }),
});

builder.queryField('serviceUptime', (t) =>
  t.field({
    type: ServiceUptime,
    rule: services.rule,
    description:
      'How long a service was up in the last days, of which today is the last. NOT_FOUND for a service that the viewer may not see.',
    args: {
      serviceId: t.arg.id({ required: true, description: 'The service.', ...idOf('Service') }),
      days: t.arg.int({ description: 'The number of days, 1 to 90. If omitted: 90.' }),
    },
    resolve: async (_root, { serviceId: id, days: asked }, ctx) => {
      const days = asked ?? MAX_DAYS;
      if (days < 1 || days > MAX_DAYS) {
        throw badArgument(RANGE.DAYS_OUT_OF_RANGE({ argument: 'days', max: MAX_DAYS }));
      }
      const visible = toPrismaWhere(services.visibleTo(requireViewer(ctx).viewer));
      const service = await ctx.db.service.findFirst({ where: { AND: [{ id }, visible] } });
      if (!service) throw noSuch('Service');
      const asOf = await databaseTime(ctx.db);
      const since = startOfDays(asOf, days);
      const effects = await ctx.db.serviceEffect.findMany({
        where: { serviceId: id, OR: [{ toAt: null }, { toAt: { gt: since } }] },
      });
      return { ...uptimeOf(effects, service.createdAt, asOf, days), asOf };
    },
  }),
);
