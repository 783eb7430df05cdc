import { requireViewer } from '../../core/context.ts';
import { inherited, staffMay } from '../../core/rights/rules.ts';
import { noSuchTenant, tenantInScope } from '../../core/rights/scope.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { configOptOuts } from '../configuration/opt-outs/config-opt-outs.access.ts';
import { activeOptOuts } from '../configuration/opt-outs/opted-out.requests.ts';
import { messageOf, SyncErrorCode, SyncTargetStatus } from './sync-targets.graph.ts';
import {
  pendingPaths,
  type SyncedLayer,
  type SyncOfType as SyncOfTypeShape,
  syncByType,
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

const SyncOfType = builder.objectRef<SyncOfTypeShape>('TenantSyncOfType').implement({
  description: 'How far a tenant has come with one type of settings in the layers above it.',
  rule: inherited,
  fields: (t) => ({
    type: t.field({
      // The enum of the room of configuration: rooms know each other's types by name.
      type: 'ConfigurationType' as never,
      description: 'The type.',
      resolve: ({ type }) => type as never,
    }),
    status: t.expose('status', {
      type: SyncTargetStatus,
      description:
        'The status of the tenant while settings of the type are not adopted, PARTIAL while conflicts of the type are open, else SUCCESS.',
    }),
    pendingPaths: t.exposeStringList('pendingPaths', {
      description: 'The paths of the type that were written after the versions that it has adopted, sorted.',
    }),
    conflictPaths: t.exposeStringList('conflictPaths', {
      description: 'The paths of the type that have an open conflict, sorted.',
    }),
  }),
});

const TenantSyncStatus = builder.objectRef<TenantSync>('TenantSyncStatus').implement({
  description: 'How far a tenant has come with the layers above it.',
  rule: inherited,
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant.' }),
    status: t.expose('status', {
      type: SyncTargetStatus,
      description:
        'FAILED if its last adoption was given up, PENDING while it has not adopted the newest versions, PARTIAL while conflicts are open, else SUCCESS. What it has opted out of is no reason: that it stays there is its own decision, which `optOuts` names.',
    }),
    openConflicts: t.exposeInt('openConflicts', {
      description: 'The number of its conflicts that are open.',
    }),
    errorCode: t.field({
      type: SyncErrorCode,
      nullable: true,
      description: 'Why it failed. Null unless it did.',
      resolve: ({ errorCode }) => errorCode,
    }),
    message: t.string({
      nullable: true,
      description: 'Why it failed, for people. Null unless it did.',
      resolve: ({ errorCode }) => errorCode && messageOf(errorCode),
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
    optOuts: t.field({
      type: [configOptOuts.type as never],
      description: 'Its opt-outs that have not ended: each with the paths, the reason and its end.',
      extensions: { statements: 1 },
      resolve: ({ tenantId }, _args, { db }) => activeOptOuts(db, tenantId) as never,
    }),
    types: t.field({
      type: [SyncOfType],
      description: 'How far it has come with each type of settings.',
      extensions: { statements: 3 },
      resolve: (sync, _args, { db }) => syncByType(db, sync) as Promise<SyncOfTypeShape[]>,
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
      return sync;
    },
  }),
);
