import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { SyncRun, TenantSync } from '../../generated/prisma/client.ts';

/** The change-log entity of runs. Targets are not logged: the adoption of each is a change of the tenant's layer. */
export const syncRunEntity: Entity<SyncRun> = {
  name: 'SyncRun',
  noun: 'run',
  feeds: () => [PLATFORM_FEED],
};

/** The counting of a run's targets, every second until none is pending. */
export const syncRunCount: DueKind<SyncRun> = { kind: 'syncRunCount', entity: syncRunEntity };

/** The change-log entity of the statuses of tenants. They are in the feed of the platform, whose staff compare tenants. */
export const tenantSyncEntity: Entity<TenantSync> = {
  name: 'TenantSync',
  noun: 'tenant sync',
  feeds: () => [PLATFORM_FEED],
};
