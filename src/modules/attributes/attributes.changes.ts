import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Attribute } from '../../generated/prisma/client.ts';

const NAME_TAKEN = { field: 'name', refusal: 'The pool has an attribute of this name already.' };

/** The change-log entity of attributes. A change is in the feed of its pool; one of the platform concerns every tenant. */
export const attributeEntity: Entity<Attribute> = {
  name: 'Attribute',
  feeds: ({ tenantId }) => [tenantId ?? PLATFORM_FEED],
  concernsEveryTenant: ({ tenantId }) => tenantId === null,
  unique: { attribute_tenant_id_name_key: NAME_TAKEN, attribute_platform_name_key: NAME_TAKEN },
  inUse: { tenantId: 'The tenant still has attributes: remove them first.' },
};
