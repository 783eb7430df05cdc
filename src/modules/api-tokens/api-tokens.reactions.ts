import type { Reaction } from '../../core/rows/reaction.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { apiTokenEntity } from './api-tokens.changes.ts';

/** Deletes the API tokens of a deleted user. */
export const deleteTokensOfDeleted: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before || after) return;
    for await (const token of rowsToChange(tx, apiTokenEntity, { userId: before.id }))
      await tx.delete(apiTokenEntity, token);
  },
};
