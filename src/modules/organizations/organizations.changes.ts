import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Organization } from '../../generated/prisma/client.ts';

/** How an organization enters the change log. Its own users follow the same changes as those of the platform. */
export const organizationEntity: Entity<Organization> = {
  name: 'Organization',
  feeds: ({ id }) => [PLATFORM_FEED, id],
  unique: {
    organization_slug_key: { field: 'slug', refusal: 'Another organization has this slug.' },
  },
};
