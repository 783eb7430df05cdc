import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Organization } from '../../generated/prisma/client.ts';

/** The change-log entity of organizations. Users of the organization and of the platform receive the same changes. */
export const organizationEntity: Entity<Organization> = {
  name: 'Organization',
  feeds: ({ id }) => [PLATFORM_FEED, id],
  unique: {
    organization_slug_key: { field: 'slug', refusal: 'Another organization has this slug.' },
  },
};
