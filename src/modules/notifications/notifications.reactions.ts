import type { Reaction } from '../../core/rows/reaction.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { homeFeedOf, userEntity } from '../users/users.changes.ts';
import { notificationEntity } from './notifications.changes.ts';

/** Deletes the notifications of a deleted user, or of one that moves to another level, whose feed lacks them. */
export const followUser: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before || (after && homeFeedOf(before) === homeFeedOf(after))) return;
    for await (const notification of rowsToChange(tx, notificationEntity, { userId: before.id })) {
      await tx.delete(notificationEntity, notification);
    }
  },
};
