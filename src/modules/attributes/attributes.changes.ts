import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Attribute } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  ATTRIBUTE_NAME_TAKEN: 'The pool has an attribute of this name already.',
});
const USED = sentences('IN_USE', {
  TENANT_HAS_ATTRIBUTES: 'The tenant still has attributes: remove them first.',
});

const NAME_TAKEN = { field: 'name', refusal: TAKEN.ATTRIBUTE_NAME_TAKEN() };

/** The change-log entity of attributes. A change is in the feed of its pool; one of the platform concerns every tenant. */
export const attributeEntity: Entity<Attribute> = {
  name: 'Attribute',
  feeds: ({ tenantId }) => [tenantId ?? PLATFORM_FEED],
  concernsEveryTenant: ({ tenantId }) => tenantId === null,
  unique: { attribute_tenant_id_name_key: NAME_TAKEN, attribute_platform_name_key: NAME_TAKEN },
  inUse: { tenantId: USED.TENANT_HAS_ATTRIBUTES() },
};
