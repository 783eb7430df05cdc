import type { OwnedRow } from '../rights/scope.ts';
import type { Entity, EntityRow } from './change.ts';

/** The feeds of an entity whose rows belong to a tenant, or to an organization that shares them with all its tenants. */
export const ownerFeed: Pick<Entity<EntityRow & OwnedRow>, 'feeds' | 'sharedBy'> = {
  feeds: ({ tenantId, organizationId }) => [tenantId ?? organizationId],
  sharedBy: ({ tenantId, organizationId }) => (tenantId === null ? organizationId : null),
};
