import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { TenantErasure } from '../../generated/prisma/client.ts';

/** The change-log entity of erasures of tenants. Every feed from which persons are erased learns when it is done. */
export const tenantErasureEntity: Entity<TenantErasure> = {
  name: 'TenantErasure',
  feeds: ({ tenantId, organizationId }) => [PLATFORM_FEED, organizationId, tenantId],
  erasesEarlier: ({ status }) => status === 'COMPLETED',
};

/** The begin of an erasure after the time of grace, and each batch of it. */
export const tenantErasing: DueKind<TenantErasure> = { kind: 'tenantErasing', entity: tenantErasureEntity };
