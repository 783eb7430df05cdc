import type { Entity } from '../../core/change.ts';
import { PLATFORM_FEED } from '../../core/feed.ts';
import type { Organization } from '../../generated/prisma/client.ts';

/** How an organization enters the change log. Its own people follow the same changes as the platform's. */
export const organizationEntity: Entity<Organization> = {
  name: 'Organization',
  table: 'organization',
  columns: ['id', 'name', 'slug', 'version', 'createdAt', 'updatedAt'],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ id }) => [PLATFORM_FEED, id],
  concerns: () => ({}),
};
