import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity, RightsChange } from '../../core/rows/change.ts';
import type { Tenant } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  TENANT_SLUG_TAKEN: 'Another tenant has this slug.',
});

/** The change-log entity of tenants. The platform, the organization and the tenant's users receive the same changes. */
export const tenantEntity: Entity<Tenant> = {
  name: 'Tenant',
  feeds: ({ id, organizationId }) => [PLATFORM_FEED, organizationId, id],
  rights: rightsAltered,
  unique: {
    tenant_slug_key: { field: 'slug', refusal: TAKEN.TENANT_SLUG_TAKEN() },
  },
};

/** The users of a tenant act only while it exists and is active; its organization's admins reach all tenants of theirs. */
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
