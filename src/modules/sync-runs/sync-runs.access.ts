import { ofEveryLevel } from '../../core/rights/scope.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { SyncAlert, SyncRun, TenantSync } from '../../generated/prisma/client.ts';
import { syncAlertEntity, syncRunEntity, tenantSyncEntity } from './sync-runs.changes.ts';

/** Staff of the platform that may read configuration: a run names every tenant. */
export function mayReadRuns({ permissions, role }: Viewer): boolean {
  return permissions.has('config:read') && isPlatformRole(role);
}

/** Staff of the platform that may write configuration. */
export function mayRetryRuns({ permissions, role }: Viewer): boolean {
  return permissions.has('config:write') && isPlatformRole(role);
}

export const syncRuns: Rows<SyncRun> = {
  entity: syncRunEntity,
  type: 'SyncRun',
  rule: mayReadRuns,
  visibleTo: visibilityOf(syncRunEntity, (viewer) => (mayReadRuns(viewer) ? {} : NOTHING)),
  scope: ofEveryLevel,
};

/** The readers of runs see the statuses of all tenants. */
export const tenantSyncs: Rows<TenantSync> = {
  entity: tenantSyncEntity,
  type: 'TenantSync',
  rule: mayReadRuns,
  visibleTo: visibilityOf(tenantSyncEntity, (viewer) => (mayReadRuns(viewer) ? {} : NOTHING)),
  scope: ofEveryLevel,
};

/** The readers of runs see the alerts. */
export const syncAlerts: Rows<SyncAlert> = {
  entity: syncAlertEntity,
  type: 'SyncAlert',
  rule: mayReadRuns,
  visibleTo: visibilityOf(syncAlertEntity, (viewer) => (mayReadRuns(viewer) ? {} : NOTHING)),
  scope: ofEveryLevel,
};
