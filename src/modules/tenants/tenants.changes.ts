import type { Entity, RightsChange } from '../../core/change.ts';
import { PLATFORM_FEED } from '../../core/feed.ts';
import type { Tenant } from '../../generated/prisma/client.ts';

/** How a tenant enters the change log. Those above it and its own people follow the same changes. */
export const tenantEntity: Entity<Tenant> = {
  name: 'Tenant',
  table: 'tenant',
  columns: [
    'id',
    'organizationId',
    'name',
    'slug',
    'status',
    'businessType',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ id, organizationId }) => [PLATFORM_FEED, organizationId, id],
  concerns: () => ({}),
  rights: rightsAltered,
};

/** A tenant's people act only while it is there and active; the admins of its organization reach all of its own. */
function rightsAltered(before: Tenant | null, after: Tenant | null): RightsChange | null {
  if (!after) return before && { tenant: before.id };
  const isSwitched = before !== null && before.status !== after.status;
  const isGained = before?.organizationId !== after.organizationId;
  if (!isSwitched && !isGained) return null;
  return {
    ...(isSwitched && { tenant: after.id }),
    ...(isGained && { organization: after.organizationId }),
  };
}
