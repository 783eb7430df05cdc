import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { PersonErasure } from '../../generated/prisma/client.ts';

/** The feeds that can have entries of a user of a tenant: what it did to the tenant is in those of the levels above. */
export function feedsOf({
  tenantId,
  organizationId,
}: Pick<PersonErasure, 'tenantId' | 'organizationId'>): readonly [string, ...string[]] {
  return [tenantId, organizationId, PLATFORM_FEED];
}

/** The change-log entity of erasures. Every feed from which a person is erased learns when it is done. */
export const personErasureEntity: Entity<PersonErasure> = {
  name: 'PersonErasure',
  feeds: feedsOf,
  erasesEarlier: ({ status }) => status === 'COMPLETED',
};

/** The next batch of an erasure. */
export const personErasing: DueKind<PersonErasure> = { kind: 'personErasing', entity: personErasureEntity };
