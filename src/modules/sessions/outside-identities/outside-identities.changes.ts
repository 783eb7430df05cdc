import type { Entity } from '../../../core/rows/change.ts';
import type { OutsideIdentity } from '../../../generated/prisma/client.ts';

/** An outside identity with the feed of its user's changes: so it ends in order with what the user follows. */
export type IdentityInFeed = OutsideIdentity & { readonly feed: string };

/** The change-log entity of outside identities: bound, signed out, unbound. The connections of the user read all but the first. */
export const outsideIdentityEntity: Entity<IdentityInFeed> = {
  name: 'OutsideIdentity',
  feeds: ({ feed }) => [feed],
  rights: (before) => (before ? { user: before.userId } : null),
};
