import type { Entity } from '../../core/change.ts';
import type { Session } from '../../generated/prisma/client.ts';

/** A session and the feed its user's changes are written in, so that it ends in order with what the user follows. */
export type SessionInFeed = Session & { readonly feed: string };

/** How signing in and out enters the change log. Refreshing a token is no change: it alters nobody's rights. */
export const sessionEntity: Entity<SessionInFeed> = {
  name: 'Session',
  table: 'session',
  columns: ['id', 'userId', 'createdAt', 'expiresAt', 'revokedAt', 'version'],
  times: ['createdAt', 'expiresAt', 'revokedAt'],
  feeds: ({ feed }) => [feed],
  concerns: ({ userId }) => ({ user: userId }),
  rights: (before, after) => (before && !before.revokedAt && !isOpen(after) ? { session: before.id } : null),
};

function isOpen(session: Session | null): boolean {
  return session !== null && session.revokedAt === null;
}
