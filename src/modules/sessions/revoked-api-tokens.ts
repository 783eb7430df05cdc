import type { Transaction } from '../../core/rows/transact.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import { apiTokenEntity } from '../api-tokens/api-tokens.changes.ts';

/** Revokes every API token of a user. */
export async function revokeApiTokens(tx: Transaction, userId: string, now: Date): Promise<void> {
  for await (const token of rowsToChange(tx, apiTokenEntity, { userId, revokedAt: null })) {
    await tx.db.apiTokenSecret.deleteMany({ where: { apiTokenId: token.id } });
    await tx.update(apiTokenEntity, token, { revokedAt: now });
  }
}
