import { isDeepStrictEqual } from 'node:util';
import type { Entity } from '../../core/change.ts';
import { PLATFORM_FEED } from '../../core/feed.ts';
import type { User } from '../../generated/prisma/client.ts';

/** How a user enters the change log. */
export const userEntity: Entity<User> = {
  name: 'User',
  table: 'user',
  columns: [
    'id',
    'tenantId',
    'organizationId',
    'customerId',
    'name',
    'email',
    'role',
    'department',
    'company',
    'attributes',
    'permissions',
    'isActive',
    'status',
    'hasSecondFactor',
    'passwordChangedAt',
    'secondFactorEnrolledAt',
    'rightsVersion',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['passwordChangedAt', 'secondFactorEnrolledAt', 'createdAt', 'updatedAt'],
  feeds: (user) => [homeFeedOf(user)],
  concerns: ({ id, customerId }) => ({ user: id, ...(customerId && { customer: customerId }) }),
  rights: (before, after) => (before && altersRights(before, after) ? { user: before.id } : null),
};

/** The feed of the level a user belongs to: the tenant, the organization or the platform. */
export function homeFeedOf({ tenantId, organizationId }: Pick<User, 'tenantId' | 'organizationId'>): string {
  return tenantId ?? organizationId ?? PLATFORM_FEED;
}

const RIGHTS_COLUMNS = [
  'role',
  'permissions',
  'attributes',
  'isActive',
  'status',
  'customerId',
  'tenantId',
  'organizationId',
] as const satisfies readonly (keyof User)[];

/** Tells whether a change alters what the user may do or see; a deletion does. Absent columns keep their values. */
export function altersRights(before: User, after: Partial<User> | null): boolean {
  if (!after) return true;
  return RIGHTS_COLUMNS.some(
    (column) => after[column] !== undefined && !isDeepStrictEqual(after[column], before[column]),
  );
}
