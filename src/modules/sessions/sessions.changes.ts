import type { Entity } from '../../core/rows/change.ts';
import type { Session } from '../../generated/prisma/client.ts';

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
