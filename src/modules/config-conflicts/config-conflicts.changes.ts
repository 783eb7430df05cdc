import type { Entity } from '../../core/rows/change.ts';
import type { ConfigConflict } from '../../generated/prisma/client.ts';

/** The change-log entity of conflicts. */
export const configConflictEntity: Entity<ConfigConflict> = {
  name: 'ConfigConflict',
  noun: 'conflict',
  feeds: ({ tenantId }) => [tenantId],
};
