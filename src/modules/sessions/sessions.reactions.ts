import type { Reaction } from '../../core/rows/reaction.ts';
import type { User } from '../../generated/prisma/client.ts';
import { isBarred } from '../users/users.access.ts';
import { homeFeedOf } from '../users/users.changes.ts';
import { endSessions } from './session-ending.ts';
import { sessionEntity } from './sessions.changes.ts';

/** Ends the sessions of a user who is deactivated or locked. A user who is let in again has to sign in again. */
export const signOutBarredUsers: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (!before || !after || isBarred(before) || !isBarred(after)) return;
    await endSessions(tx, { where: { userId: after.id }, feed: homeFeedOf(after), now: after.updatedAt });
  },
};

/** Deletes the sessions of a deleted user. */
export const deleteSessionsOfDeleted: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (!before || after) return;
    const feed = homeFeedOf(before);
    for (const session of await tx.db.session.findMany({
      where: { userId: before.id },
      orderBy: { id: 'asc' },
    })) {
      await tx.db.session.delete({ where: { id: session.id } });
      tx.deleted(sessionEntity, { ...session, feed });
    }
  },
};
