import type { Reaction } from '../../../core/rows/reaction.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { homeFeedOf } from '../../users/users.changes.ts';
import { removeIdentity } from './identity-ending.ts';

/** Deletes the outside identities of a deleted user. */
export const deleteIdentitiesOfDeleted: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (!before || after) return;
    const feed = homeFeedOf(before);
    const where = { userId: before.id };
    for (const identity of await tx.db.outsideIdentity.findMany({ where, orderBy: { id: 'asc' } }))
      await removeIdentity(tx, { ...identity, feed });
  },
};
