import type { Entity } from '../../core/change.ts';
import { PLATFORM_FEED } from '../../core/feed.ts';
import type { Attribute } from '../../generated/prisma/client.ts';

/** How an attribute enters the change log: in the feed of its pool; one of the platform is everybody's. */
export const attributeEntity: Entity<Attribute> = {
  name: 'Attribute',
  table: 'attribute',
  columns: [
    'id',
    'tenantId',
    'scope',
    'name',
    'valueType',
    'description',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId ?? PLATFORM_FEED],
  concernsEveryTenant: ({ tenantId }) => tenantId === null,
  concerns: () => ({}),
};
