import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Where } from '../../core/rights/where.ts';
import type { SyncTarget as SyncTargetRow } from '../../generated/prisma/client.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { KEPT_DAYS } from './kept-targets.ts';
import { type ErrorCount, MAX_SUMMED, summedErrors } from './sync-errors.ts';
import { mayReadRuns } from './sync-runs.access.ts';
import { messageOf, SyncErrorCode, SyncTargetStatus } from './sync-targets.graph.ts';

// The history of runs is their targets that have an outcome: what has ended never changes, so a page of it does not either.

builder.queryField('syncEvents', (t) =>
  t.field({
    type: connectionOf('SyncTarget'),
    rule: mayReadRuns,
    description: `The outcomes of tenants in all runs, the latest first. They are added with the counts of their run, in one moment, and never change; they are kept for ${KEPT_DAYS} days after the end of their run. \`syncEventRecorded\` emits each.`,
    args: {
      tenantId: t.arg.id({ description: 'Only those of this tenant.', ...idOf('Tenant') }),
      runId: t.arg.id({ description: 'Only those in this run.', ...idOf('SyncRun') }),
      status: t.arg({ type: SyncTargetStatus, description: 'Only those of this status; none are PENDING.' }),
      errorCode: t.arg({ type: SyncErrorCode, description: 'Only failures for this reason.' }),
      isSuperseded: t.arg.boolean({
        description:
          'Only those in which the tenant went to a newer version than that of the run, or only the others.',
      }),
      from: t.arg({ type: 'DateTime', description: 'Only those at this time or later.' }),
      to: t.arg({ type: 'DateTime', description: 'Only those before this time.' }),
      ...pageArgs(t.arg, { type: 'SyncTarget' }),
    },
    resolve: (_root, { tenantId, runId, status, errorCode, isSuperseded, from, to, ...args }, ctx) => {
      const tests: Where<SyncTargetRow>[] = [
        { recordedIn: { not: null } },
        ...(tenantId ? [{ tenantId }] : []),
        ...(runId ? [{ runId }] : []),
        ...(status ? [{ status }] : []),
        ...(errorCode ? [{ errorCode }] : []),
        ...(isSuperseded == null ? [] : [{ isSuperseded }]),
        ...(from ? [{ endedAt: { gte: from } }] : []),
        ...(to ? [{ endedAt: { lt: to } }] : []),
      ];
      return tablePage<SyncTargetRow>(ctx, ctx.db.syncTarget, {
        args,
        order: [
          { rows: 'SyncTarget', column: 'endedAt', kind: 'time', direction: 'desc' },
          { rows: 'SyncTarget', column: 'id', kind: 'id', direction: 'desc' },
        ],
        where: { AND: tests },
        feed: PLATFORM_FEED,
      });
    },
  }),
);

const SyncErrorSummary = builder.objectRef<ErrorCount>('SyncErrorSummary').implement({
  description: 'The failed adoptions of one reason.',
  rule: inherited,
  fields: (t) => ({
    errorCode: t.expose('errorCode', { type: SyncErrorCode, description: 'The reason.' }),
    message: t.string({
      description: 'The reason, for people.',
      resolve: ({ errorCode }) => messageOf(errorCode),
    }),
    count: t.exposeInt('count', { description: 'The number of failures in all runs.' }),
    tenantCount: t.exposeInt('tenantCount', { description: 'The number of tenants that failed.' }),
    latestAt: t.expose('latestAt', { type: 'DateTime', description: 'The time of the latest one.' }),
  }),
});

builder.queryField('syncErrorSummary', (t) =>
  t.field({
    type: [SyncErrorSummary],
    rule: mayReadRuns,
    description: `The failed adoptions by reason, the most frequent first: of the latest ${MAX_SUMMED.toLocaleString('en')}.`,
    args: {
      from: t.arg({ type: 'DateTime', description: 'Only failures at this time or later.' }),
      tenantId: t.arg.id({ description: 'Only failures of this tenant.', ...idOf('Tenant') }),
    },
    resolve: (_root, { from, tenantId }, { db }) =>
      summedErrors(db, from ?? null, tenantId ?? null) as Promise<ErrorCount[]>,
  }),
);
