import type { Entity } from '../../core/rows/change.ts';
import { ownerFeed } from '../../core/rows/owner-feed.ts';
import type { SystemStatus } from '../../generated/prisma/client.ts';
import type { ServiceStatus } from '../../generated/prisma/enums.ts';

/** The columns that count the services with each status. */
export const COUNT_OF = {
  OPERATIONAL: 'operational',
  UNDER_MAINTENANCE: 'underMaintenance',
  DEGRADED_PERFORMANCE: 'degraded',
  PARTIAL_OUTAGE: 'partialOutage',
  MAJOR_OUTAGE: 'majorOutage',
} as const satisfies Record<ServiceStatus, keyof SystemStatus>;

/** The change-log entity of the roll-up of an owner's services, and of those of each group. */
export const systemStatusEntity: Entity<SystemStatus> = {
  name: 'SystemStatus',
  ...ownerFeed,
};
