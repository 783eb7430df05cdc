import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { SyncAlert, SyncRun, TenantSync } from '../../generated/prisma/client.ts';

/** The change-log entity of runs. Targets are not logged: the adoption of each is a change of the tenant's layer. */
export const syncRunEntity: Entity<SyncRun> = {
  name: 'SyncRun',
  noun: 'run',
  feeds: () => [PLATFORM_FEED],
  laterColumns: ({ retryOfId, succeededCount, partialCount, failedCount }) => ({
    cause: retryOfId ? 'RETRY' : 'VERSION',
    recordedCount: succeededCount + partialCount + failedCount,
  }),
};

/** The counting of a run's targets, every second until none is pending. */
export const syncRunCount: DueKind<SyncRun> = { kind: 'syncRunCount', entity: syncRunEntity };

/** The end of the time for which the targets of a run that has ended are kept. */
export const syncTargetsEnd: DueKind<SyncRun> = { kind: 'syncTargetsEnd', entity: syncRunEntity };

/** The change-log entity of the statuses of tenants. They are in the feed of the platform, whose staff compare tenants. */
export const tenantSyncEntity: Entity<TenantSync> = {
  name: 'TenantSync',
  noun: 'tenant sync',
  feeds: () => [PLATFORM_FEED],
  laterColumns: () => ({ pendingTypes: [], conflictTypes: [] }),
};

/** The first look at the types of a status that was written before statuses had any: its migration schedules it. */
export const tenantSyncByType: DueKind<TenantSync> = { kind: 'tenantSyncByType', entity: tenantSyncEntity };

/** The change-log entity of alerts. */
export const syncAlertEntity: Entity<SyncAlert> = {
  name: 'SyncAlert',
  noun: 'alert',
  feeds: () => [PLATFORM_FEED],
};

/** The counting of the tenants of an alert, until it is resolved. */
export const syncAlertCount: DueKind<SyncAlert> = { kind: 'syncAlertCount', entity: syncAlertEntity };
