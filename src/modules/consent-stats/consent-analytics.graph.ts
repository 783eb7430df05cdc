import { databaseTime } from '../../changes/schedule.ts';
import { requireViewer } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { DEFAULT_PAGE } from '../../graph/pages/keyset.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { intervalsOf, MAX_INTERVALS } from './analytics-range.ts';
import type { Interval } from './calendar-intervals.ts';
import { countedPurposesVisibleTo, mayCount, mayReadStats } from './consent-stats.access.ts';
import { countsPerInterval, type IntervalCounts } from './ledger-counts.ts';
import { countFor, type SubjectCount as SubjectCountShape } from './small-groups.ts';
import { SubjectCount } from './subject-count.graph.ts';

/** The object of an interval, and those of its counts. */
const OBJECTS_PER_INTERVAL = 5;
/** The cost of an item: a list counts as a page of the usual size, and this one can be longer. */
const COST = Math.ceil((MAX_INTERVALS * OBJECTS_PER_INTERVAL) / DEFAULT_PAGE);

const AnalyticsInterval = builder.enumType('AnalyticsInterval', {
  description: 'The length of the intervals of analytics, in UTC.',
  values: {
    DAY: { description: 'From midnight to midnight.' },
    WEEK: { description: 'From Monday to Sunday.' },
    MONTH: { description: 'A month of the calendar.' },
  } as const,
});

interface Shown {
  readonly interval: Interval;
  readonly isOver: boolean;
  readonly counts: Readonly<Record<keyof IntervalCounts, SubjectCountShape>>;
}

const ConsentIntervalCounts = builder.objectRef<Shown>('ConsentIntervalCounts').implement({
  description: 'The changes of the consents to a purpose in one interval, and what held at its end.',
  rule: inherited,
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'The first moment of the interval.',
      resolve: ({ interval: { start } }) => start,
    }),
    end: t.field({
      type: 'DateTime',
      description: 'The first moment after it.',
      resolve: ({ interval: { end } }) => end,
    }),
    isOver: t.exposeBoolean('isOver', { description: 'Whether its end has come.' }),
    granted: t.field({
      type: SubjectCount,
      description:
        'The number of subjects that granted their consent, also on a newer notice, or confirmed it.',
      resolve: ({ counts }) => counts.granted,
    }),
    revoked: t.field({
      type: SubjectCount,
      description: 'The number of subjects that revoked or refused it.',
      resolve: ({ counts }) => counts.revoked,
    }),
    expired: t.field({
      type: SubjectCount,
      description: 'The number of subjects whose consent reached its end, or was not confirmed in time.',
      resolve: ({ counts }) => counts.expired,
    }),
    standing: t.field({
      type: SubjectCount,
      description: 'The number of subjects whose consent was GRANTED at its end, or is if that has not come.',
      resolve: ({ counts }) => counts.standing,
    }),
  }),
});

function shown(
  viewer: Viewer,
  now: Date,
  interval: Interval,
  { granted, revoked, expired, standing }: IntervalCounts,
): Shown {
  const isOver = interval.end <= now;
  const show = (count: number) => countFor(mayCount(viewer), count, isOver);
  const counts = {
    granted: show(granted),
    revoked: show(revoked),
    expired: show(expired),
    standing: show(standing),
  };
  return { interval, isOver, counts };
}

builder.queryField('consentAnalytics', (t) =>
  t.field({
    type: [ConsentIntervalCounts],
    rule: mayReadStats,
    ...costing(COST),
    description:
      'How the consents to a purpose changed, in whole intervals, the earliest first; at most 366 of them. NOT_FOUND for a purpose that the viewer may not see.',
    args: {
      purposeId: t.arg.id({ required: true, description: 'The purpose.', ...idOf('ConsentPurpose') }),
      from: t.arg({
        type: 'DateTime',
        required: true,
        description: 'A time in the first interval, at most ten years ago.',
      }),
      to: t.arg({
        type: 'DateTime',
        description:
          'The time before which the last interval begins, by the clock of the database. If omitted: now.',
      }),
      interval: t.arg({
        type: AnalyticsInterval,
        required: true,
        description: 'The length of the intervals.',
      }),
    },
    resolve: async (_root, { purposeId, from, to, interval }, ctx) => {
      const { viewer } = requireViewer(ctx);
      const visible = toPrismaWhere(countedPurposesVisibleTo(viewer));
      const counted = await ctx.db.consentStats.findFirst({ where: { AND: [{ id: purposeId }, visible] } });
      if (!counted) throw noSuch('ConsentPurpose');
      const now = await databaseTime(ctx.db);
      const intervals = intervalsOf({ from, to: to ?? now, interval }, now);
      const counts = await countsPerInterval(ctx.db, purposeId, intervals);
      return counts.map((ofInterval, index) =>
        shown(viewer, now, intervals[index] ?? intervals[0], ofInterval),
      );
    },
  }),
);
