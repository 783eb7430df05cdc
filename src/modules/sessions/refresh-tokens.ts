import { createHash, randomBytes } from 'node:crypto';
import type { Prisma } from '../../generated/prisma/client.ts';

const BYTES = 32;

/** Makes the next token of a session. Only its hash is stored: who reads the database cannot sign in with it. */
export async function newRefreshToken(db: Prisma.TransactionClient, sessionId: string): Promise<string> {
  const token = randomBytes(BYTES).toString('base64url');
  await db.refreshToken.create({ data: { tokenHash: hashOf(token), sessionId } });
  return token;
}

/** A token that this server made: whose it is, and whether it was spent before. */
export interface ClaimedToken {
  readonly sessionId: string;
  readonly wasSpent: boolean;
}

/**
 * Spends a token; null for one that was never made. One statement tests and marks it: of two requests with the same
 * token the second waits for the first and then finds it spent, where a look before the write would let both pass.
 */
export async function claimRefreshToken(
  db: Prisma.TransactionClient,
  token: string,
  now: Date,
): Promise<ClaimedToken | null> {
  const tokenHash = hashOf(token);
  const [claimed] = await db.refreshToken.updateManyAndReturn({
    where: { tokenHash, usedAt: null },
    data: { usedAt: now },
    select: { sessionId: true },
  });
  if (claimed) return { ...claimed, wasSpent: false };
  const spent = await db.refreshToken.findUnique({ where: { tokenHash }, select: { sessionId: true } });
  return spent && { ...spent, wasSpent: true };
}

/** A plain hash suffices: 32 random bytes cannot be guessed. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
