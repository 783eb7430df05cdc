import { createHmac } from 'node:crypto';

const DIGEST_CHARACTERS = 22;

/**
 * The prefix of all keys and channels of an installation in Redis. It is derived from the secret and from the database,
 * so that installations on one Redis share nothing: staging counts no failed sign-in for production, and a copied
 * database with the secret of the original receives none of its wake-ups. Every name begins with `lockstep:`, for the
 * patterns of Redis' access lists.
 */
export function redisPrefix(key: Buffer, databaseId: string): string {
  const digest = createHmac('sha256', key).update(databaseId).digest('base64url');
  return `lockstep:${digest.slice(0, DIGEST_CHARACTERS)}:`;
}
