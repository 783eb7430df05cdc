import { databaseTime } from '../../changes/schedule.ts';
import { type Context, requireViewer } from '../../core/context.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import type { ConsentStats as ConsentStatsRow } from '../../generated/prisma/client.ts';
import { rowEvent } from '../../graph/events/change-event.ts';
import { followSpecOf } from '../../graph/events/change-source.ts';
import { everyChange } from '../../graph/events/every-change.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { sortKey } from '../../graph/inputs/order-input.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { consentPurposes } from '../consent-purposes/consent-purposes.access.ts';
import { startOfDay } from './calendar-intervals.ts';
import { consentStats, countedPurposesVisibleTo, mayCount, mayReadStats } from './consent-stats.access.ts';
import { COUNT_OF } from './consent-stats.changes.ts';
import { countsAt } from './ledger-counts.ts';
import { countFor } from './small-groups.ts';
import { SubjectCount } from './subject-count.graph.ts';

/** The counts of a purpose: live ones, or those of a day's end. */
type Shown = ConsentStatsRow & { readonly asOf?: Date };

// It has an id and is no Node: the id is the purpose's, and ids of Nodes are unique among all entities.
builder.objectRef<Shown>('ConsentStats').implement({
  description:
    'The number of subjects with a consent to a purpose, by its state. Viewers who may list the consents receive live counts: at every position of the feed they agree with the list. Others receive those of the last midnight in UTC.',
  rule: mayReadStats,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the purpose.' }),
    tenantId: t.exposeID('tenantId', { description: 'The tenant that asks.' }),
    version: t.int({
      nullable: true,
      description: 'Grows with every change of the counts. Null unless they are live.',
      resolve: ({ version, asOf }) => (asOf ? null : version),
    }),
    asOf: t.field({
      type: 'DateTime',
      nullable: true,
      columns: [],
      description: 'The time of the counts. Null if they are live.',
      resolve: ({ asOf }) => asOf ?? null,
    }),
    total: t.field({
      type: SubjectCount,
      columns: Object.values(COUNT_OF),
      description: 'The number of subjects with a consent in any state.',
      resolve: (stats, _args, { viewer }) =>
        countOf(viewer, stats, stats.pending + stats.granted + stats.revoked + stats.expired),
    }),
    pending: t.field({
      type: SubjectCount,
      description: 'The number of subjects whose consent is PENDING.',
      resolve: (stats, _args, { viewer }) => countOf(viewer, stats, stats.pending),
    }),
    granted: t.field({
      type: SubjectCount,
      description: 'The number of subjects whose consent is GRANTED.',
      resolve: (stats, _args, { viewer }) => countOf(viewer, stats, stats.granted),
    }),
    revoked: t.field({
      type: SubjectCount,
      description: 'The number of subjects whose consent is REVOKED.',
      resolve: (stats, _args, { viewer }) => countOf(viewer, stats, stats.revoked),
    }),
    expired: t.field({
      type: SubjectCount,
      description: 'The number of subjects whose consent is EXPIRED.',
      resolve: (stats, _args, { viewer }) => countOf(viewer, stats, stats.expired),
    }),
  }),
});

function countOf(viewer: Viewer | null, { asOf }: Shown, count: number) {
  return countFor(viewer !== null && mayCount(viewer), count, asOf !== undefined);
}

relationField('ConsentStats', 'purpose', consentPurposes, {
  description: 'The purpose. Null if the viewer may not see it.',
  column: 'id',
  columns: [],
});

builder.queryField('consentStats', (t) =>
  t.field({
    type: connectionOf('ConsentStats'),
    rule: mayReadStats,
    description: 'The counts of the consents to each purpose of a tenant, the oldest purpose first.',
    args: {
      tenantId: tenantArg(t.arg),
      purposeId: t.arg.id({ description: 'Only those of this purpose.', ...idOf('ConsentPurpose') }),
      ...pageArgs(t.arg, { type: 'ConsentStats' }),
    },
    resolve: async (_root, { tenantId, purposeId, ...args }, ctx) => {
      const { viewer } = requireViewer(ctx);
      const feed = consentStats.scope.feed(viewer, tenantId);
      requireModuleOf(consentStats.entity, viewer, tenantId);
      const wanted = {
        ...(await consentStats.scope.rows(feed, ctx.db)),
        ...(purposeId && { id: purposeId }),
      };
      const where = { AND: [wanted, countedPurposesVisibleTo(viewer)] } as Where<ConsentStatsRow>;
      const order = [{ ...sortKey(consentStats, 'createdAt'), direction: 'asc' as const }];
      const list = await tablePage<ConsentStatsRow>(ctx, ctx.db.consentStats, { args, order, where, feed });
      if (mayCount(viewer)) return list;
      return { ...list, page: { ...list.page, rows: await ofLastMidnight(ctx, list.page.rows) } } as never;
    },
  }),
);

/** Returns the rows with the counts of the end of the day before this one. */
async function ofLastMidnight({ db }: Context, rows: readonly ConsentStatsRow[]): Promise<Shown[]> {
  const asOf = startOfDay(await databaseTime(db));
  const ids = rows.map(({ id }) => id);
  const counted = new Map((await countsAt(db, ids, asOf)).map((counts) => [counts.id, counts]));
  return rows.flatMap((row) => {
    const counts = counted.get(row.id);
    return counts ? [{ ...row, ...counts, asOf }] : [];
  });
}

const ConsentStatsChanged = rowEvent(
  'ConsentStatsChanged',
  'The number of consents to a purpose changed, of one state or of several.',
  consentStats,
  'stats',
);

const events = { created: 'ConsentStatsChanged', updated: 'ConsentStatsChanged' };
const spec = followSpecOf({ rows: consentStats, events }, { hasPositions: false });

followField('consentStatsChanged', {
  type: ConsentStatsChanged,
  description:
    'Emits when the number of consents to a purpose changes, for viewers who may list the consents one by one.',
  args: (arg) => ({
    tenantId: tenantArg(arg),
    id: arg.id({ description: 'Only the counts of this purpose.', ...idOf('ConsentPurpose') }),
  }),
  spec,
});

everyChange.add(consentStats, spec, [ConsentStatsChanged]);
