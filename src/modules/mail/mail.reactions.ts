import type { Reaction } from '../../core/rows/reaction.ts';
import type { User } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';

/** Removes the e-mails of a deleted user, with its address. An erasure removes those of an erased one. */
export const removeMailOfDeleted: Reaction<User> = {
  entity: userEntity.name,
  react: async ({ db }, before, after) => {
    if (before && !after) await db.mailMessage.deleteMany({ where: { userId: before.id } });
  },
};
