import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { BusinessType } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  BUSINESS_TYPE_KEY_TAKEN: 'Another business type has this key.',
});

/** The change-log entity of business types. Users of the platform alone receive their changes. */
export const businessTypeEntity: Entity<BusinessType> = {
  name: 'BusinessType',
  feeds: () => [PLATFORM_FEED],
  unique: {
    business_type_key_key: { field: 'key', refusal: TAKEN.BUSINESS_TYPE_KEY_TAKEN() },
  },
};
