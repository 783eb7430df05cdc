import { createHash } from 'node:crypto';
import { invalidInput, UserErrors } from '../core/requests/errors.ts';
import type { Idempotency } from '../core/rows/transact.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';

const MAX_KEY_LENGTH = 200;
const KEPT_HOURS = 24;
/** Few enough that a statement holds up no request. */
const BATCH = 1_000;

/**
 * Claims a key for the running transaction. Returns null if the key is new, and otherwise the change that the first
 * request with this key made. A concurrent request with the same key waits here until the first one has ended. Throws
 * UserErrors if the key was used for another request.
 */
export async function claimKey(
  db: Prisma.TransactionClient,
  userId: string,
  { key, request }: Idempotency,
): Promise<string | null> {
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > MAX_KEY_LENGTH) {
    throw invalidInput(
      `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters, all ASCII.`,
      'idempotencyKey',
    );
  }
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  await db.$executeRaw`
    DELETE FROM idempotency_key
    WHERE user_id = ${userId}::uuid AND key = ${key} AND created_at < now() - make_interval(hours => ${KEPT_HOURS})`;
  const claimed = await db.$executeRaw`
    INSERT INTO idempotency_key (user_id, key, request_hash) VALUES (${userId}::uuid, ${key}, ${hash})
    ON CONFLICT DO NOTHING`;
  if (claimed === 1) return null;
  const first = await db.idempotencyKey.findUniqueOrThrow({ where: { userId_key: { userId, key } } });
  if (first.requestHash !== hash || !first.eventId) {
    throw new UserErrors([
      {
        code: 'ALREADY_EXISTS',
        message: 'This idempotency key was used for another request within the last 24 hours.',
        path: ['idempotencyKey'],
      },
    ]);
  }
  return first.eventId;
}

/** Deletes the keys that have expired, a batch at a time. */
export async function forgetOldKeys(prisma: PrismaClient): Promise<void> {
  let deleted: number;
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM idempotency_key WHERE (user_id, key) IN (
        SELECT user_id, key FROM idempotency_key
        WHERE created_at < now() - make_interval(hours => ${KEPT_HOURS}) LIMIT ${BATCH})`;
  } while (deleted === BATCH);
}

/** Stores the change that answers requests with the key from now on. */
export async function settleKey(
  db: Prisma.TransactionClient,
  userId: string,
  key: string,
  eventId: string,
): Promise<void> {
  await db.idempotencyKey.update({ where: { userId_key: { userId, key } }, data: { eventId } });
}

/** Releases the key: its request changed nothing, so there is no change with which to answer a repetition. */
export async function releaseKey(db: Prisma.TransactionClient, userId: string, key: string): Promise<void> {
  await db.idempotencyKey.delete({ where: { userId_key: { userId, key } } });
}
