import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity, RightsChange } from '../../core/rows/change.ts';
import type { Tenant } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  TENANT_SLUG_TAKEN: 'Another tenant has this slug.',
  STATUS_PAGE_SLUG_TAKEN: 'Another status page has this slug.',
});
const USED = sentences('IN_USE', {
  BUSINESS_TYPE_HAS_TENANTS: 'Tenants still have the business type: give them another one first.',
});

/** The change-log entity of tenants. The platform, the organization and the tenant's users receive the same changes. */
export const tenantEntity: Entity<Tenant> = {
  name: 'Tenant',
  feeds: ({ id, organizationId }) => [PLATFORM_FEED, organizationId, id],
  sharesIn: ({ organizationId }) => organizationId,
  rights: rightsAltered,
  unique: {
    tenant_slug_key: { field: 'slug', refusal: TAKEN.TENANT_SLUG_TAKEN() },
    tenant_status_page_slug_key: { field: 'statusPageSlug', refusal: TAKEN.STATUS_PAGE_SLUG_TAKEN() },
  },
  inUse: { businessTypeId: USED.BUSINESS_TYPE_HAS_TENANTS() },
};

/**
 * The users of a tenant act only while it exists and is active, and see what its organization shares; the admins of an
 * organization reach all tenants of theirs but those that are archived.
 */
function rightsAltered(before: Tenant | null, after: Tenant | null): RightsChange | null {
  if (!after) return before && { tenant: before.id };
  const isSwitched = before !== null && before.status !== after.status;
  const isMoved = before !== null && before.organizationId !== after.organizationId;
  if (before && !isSwitched && !isMoved) return null;
  return {
    ...((isSwitched || isMoved) && { tenant: after.id }),
    ...(isMoved && { organization: [before.organizationId, after.organizationId] }),
    ...(isSwitched &&
      !isMoved &&
      isArchived(before) !== isArchived(after) && { organization: after.organizationId }),
    ...(!before && { organization: after.organizationId }),
  };
}

function isArchived({ status }: Tenant): boolean {
  return status === 'ARCHIVED';
}
