import type { Reaction } from '../../core/rows/reaction.ts';
import type { User } from '../../generated/prisma/client.ts';
import { homeFeedOf, userEntity } from '../users/users.changes.ts';
import { deleteNotificationsOf } from './forgotten-notifications.ts';

/**
 * Deletes the notifications of a user that is deleted or erased, or that moves to another level, whose feed lacks them.
 */
export const followUser: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before) return;
    const isErased = before.erasedAt === null && after !== null && after.erasedAt !== null;
    if (after && !isErased && homeFeedOf(before) === homeFeedOf(after)) return;
    await deleteNotificationsOf(tx, before.id);
  },
};
