import type { Entity } from '../../core/rows/change.ts';
import type { OutsideIdentity, Session } from '../../generated/prisma/client.ts';

/** A session with the feed of its user's changes: so it ends in order with what the user follows. */
export type SessionInFeed = Session & { readonly feed: string };

/** The change-log entity of sessions: signing in and out. Refreshing a token is no change: it alters no rights. */
export const sessionEntity: Entity<SessionInFeed> = {
  name: 'Session',
  feeds: ({ feed }) => [feed],
  rights: (before, after) => (before && !before.revokedAt && !isOpen(after) ? { session: before.id } : null),
  laterColumns: () => ({ device: null }),
};

function isOpen(session: Session | null): boolean {
  return session !== null && session.revokedAt === null;
}

/** An outside identity with the feed of its user's changes: so it ends in order with what the user follows. */
export type IdentityInFeed = OutsideIdentity & { readonly feed: string };

/** The change-log entity of outside identities: bound, signed out, unbound. The connections of the user read all but the first. */
export const outsideIdentityEntity: Entity<IdentityInFeed> = {
  name: 'OutsideIdentity',
  feeds: ({ feed }) => [feed],
  rights: (before) => (before ? { user: before.userId } : null),
};
