import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Organization } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  ORGANIZATION_SLUG_TAKEN: 'Another organization has this slug.',
});

/** The change-log entity of organizations. Users of the organization and of the platform receive the same changes. */
export const organizationEntity: Entity<Organization> = {
  name: 'Organization',
  feeds: ({ id }) => [PLATFORM_FEED, id],
  unique: {
    organization_slug_key: { field: 'slug', refusal: TAKEN.ORGANIZATION_SLUG_TAKEN() },
  },
};
