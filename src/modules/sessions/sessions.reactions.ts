import type { Reaction } from '../../core/reaction.ts';
import type { User } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';
import { endSessions } from './session-ending.ts';

/** Signs a user out for good who is deactivated or locked: to be let in again is to sign in again. */
export const signOutWhoeverIsBarred: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (!before || !after || isBarred(before) || !isBarred(after)) return;
    await endSessions(tx, { where: { userId: after.id }, feed: homeFeedOf(after), now: after.updatedAt });
  },
};

function isBarred({ isActive, status }: User): boolean {
  return !isActive || status === 'LOCKED';
}
