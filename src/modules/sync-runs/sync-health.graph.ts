import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { TenantSync } from '../../generated/prisma/client.ts';
import { feedCursor } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { mayReadRuns } from './sync-runs.access.ts';

/** The number of tenants with each status. */
interface Health {
  readonly total: number;
  readonly of: (status: TenantSync['status']) => number;
}

const SyncHealth = builder.objectRef<Health>('SyncHealth').implement({
  description:
    'How far all tenants have come with the layers above them: the counts of `tenantSyncStatuses` by status.',
  rule: inherited,
  fields: (t) => ({
    percentage: t.float({
      description: 'The tenants whose status is SUCCESS, of all tenants, in percent; 100 if there are none.',
      resolve: ({ total, of }) => (total === 0 ? 100 : (100 * of('SUCCESS')) / total),
    }),
    total: t.exposeInt('total', { description: 'The number of tenants.' }),
    succeeded: t.int({ description: 'Those whose status is SUCCESS.', resolve: ({ of }) => of('SUCCESS') }),
    partial: t.int({ description: 'Those whose status is PARTIAL.', resolve: ({ of }) => of('PARTIAL') }),
    pending: t.int({ description: 'Those whose status is PENDING.', resolve: ({ of }) => of('PENDING') }),
    failed: t.int({ description: 'Those whose status is FAILED.', resolve: ({ of }) => of('FAILED') }),
    liveConnections: t.int({
      description:
        'The open sockets and event streams of signed-in clients on all nodes at this moment. Those of a killed node leave it within 45 seconds. While Redis is unavailable, only those of the node that answers; in the 45 seconds after that, some may be missing or still counted after their end.',
      resolve: (_health, _args, ctx) => ctx.countConnections(),
    }),
    feedCursor: t.field({
      type: 'Cursor',
      description:
        'The position of the platform’s feed, read before the counts: subscribe to `tenantSyncChanged` after it to keep them.',
      resolve: (_health, _args, ctx) => feedCursor(ctx, PLATFORM_FEED),
    }),
  }),
});

builder.queryField('syncHealth', (t) =>
  t.field({
    type: SyncHealth,
    rule: mayReadRuns,
    description: 'How far all tenants have come with the layers above them.',
    resolve: async (_root, _args, { db }) => {
      const groups = await db.tenantSync.groupBy({ by: 'status', _count: true });
      const of: Health['of'] = (status) => groups.find((group) => group.status === status)?._count ?? 0;
      return { total: groups.reduce((sum, { _count }) => sum + _count, 0), of };
    },
  }),
);
