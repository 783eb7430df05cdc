import { requireViewer } from '../../core/context.ts';
import { inherited, staffMay } from '../../core/rights/rules.ts';
import { noSuchTenant, tenantInScope } from '../../core/rights/scope.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { mayReadRuns } from './sync-runs.access.ts';
import { messageOf, SyncErrorCode, SyncTargetStatus } from './sync-targets.graph.ts';
import {
  countTenantsBySync,
  pendingPaths,
  type SyncedLayer,
  syncOfTenant,
  type TenantSync,
} from './tenant-sync.ts';

const SyncedLayerType = builder.objectRef<SyncedLayer>('SyncedLayer').implement({
  description: 'A layer above a tenant, and how far the tenant has come with it.',
  rule: inherited,
  fields: (t) => ({
    newestVersion: t.exposeInt('newestVersion', {
      description: 'The newest version, whose locks and floors act.',
    }),
    adoptedVersion: t.exposeInt('adoptedVersion', {
      description: 'The version that the tenant has adopted, 0 for none: the other settings of this one act.',
    }),
    pendingPaths: t.stringList({
      description: 'The paths that were written in versions after the adopted one, sorted.',
      extensions: { statements: 1 },
      resolve: (layer, _args, { db }) => pendingPaths(db, layer) as Promise<string[]>,
    }),
  }),
});

/** The adoption of a tenant, with its last failure if it failed. */
interface Shown extends TenantSync {
  readonly failure: Failure | null;
}

type Failure = { readonly errorCode: Parameters<typeof messageOf>[0] | null };

const TenantSyncStatus = builder.objectRef<Shown>('TenantSyncStatus').implement({
  description: 'How far a tenant has come with the layers above it.',
  rule: inherited,
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant.' }),
    status: t.expose('status', {
      type: SyncTargetStatus,
      description:
        'FAILED if its last adoption was given up, PENDING while it has not adopted the newest versions, PARTIAL while conflicts are open, else SUCCESS.',
    }),
    openConflicts: t.exposeInt('openConflicts', {
      description: 'The number of its conflicts that are open.',
    }),
    errorCode: t.field({
      type: SyncErrorCode,
      nullable: true,
      description: 'Why it failed. Null unless it did.',
      resolve: ({ failure }) => failure?.errorCode ?? null,
    }),
    message: t.string({
      nullable: true,
      description: 'Why it failed, for people. Null unless it did.',
      resolve: ({ failure }) => (failure?.errorCode ? messageOf(failure.errorCode) : null),
    }),
    platform: t.expose('platform', {
      type: SyncedLayerType,
      nullable: true,
      description: 'The layer of the platform. Null if nothing was ever set there.',
    }),
    businessType: t.expose('businessType', {
      type: SyncedLayerType,
      nullable: true,
      description: 'The layer of its business type. Null if it has none, or if nothing was ever set there.',
    }),
  }),
});

builder.queryField('tenantSyncStatus', (t) =>
  t.field({
    type: TenantSyncStatus,
    rule: staffMay('config:read'),
    description:
      'How far a tenant has come with the layers above it, at this moment. `configUpdated` emits each of its adoptions.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: async (_root, { tenantId }, ctx) => {
      const tenant = tenantInScope(requireViewer(ctx).viewer, tenantId);
      const sync = await syncOfTenant(ctx.db, tenant);
      if (!sync) throw noSuchTenant();
      if (sync.status !== 'FAILED') return { ...sync, failure: null };
      const failure = await ctx.db.syncTarget.findFirst({
        where: { tenantId: tenant, status: 'FAILED' },
        orderBy: { endedAt: 'desc' },
      });
      return { ...sync, failure };
    },
  }),
);

/** The tenants by status. */
interface Health {
  readonly total: number;
  readonly of: (status: TenantSync['status']) => number;
}

const SyncHealth = builder.objectRef<Health>('SyncHealth').implement({
  description: 'How far all tenants have come with the layers above them.',
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
  }),
});

builder.queryField('syncHealth', (t) =>
  t.field({
    type: SyncHealth,
    rule: mayReadRuns,
    description:
      'How far all tenants have come with the layers above them, at this moment. `syncRunChanged` emits the progress of each version.',
    resolve: async (_root, _args, { db }) => {
      const counts = await countTenantsBySync(db);
      const of: Health['of'] = (status) => counts.get(status) ?? 0;
      return { total: [...counts.values()].reduce((sum, count) => sum + count, 0), of };
    },
  }),
);
