import { createHash } from 'node:crypto';
import { NAME_OF_A_SECRET } from '../core/process/secret-names.ts';
import { alreadyExists, invalidInput } from '../core/requests/errors.ts';
import { sentences } from '../core/requests/fault.ts';
import type { Idempotency } from '../core/rows/transact.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';

const MAX_KEY_LENGTH = 200;
const KEPT_HOURS = 24;

const KEY = sentences('INVALID_INPUT', {
  WRONG_FORM: 'An idempotency key has 1 to {max} characters, all ASCII.',
});

const TAKEN = sentences('ALREADY_EXISTS', {
  KEY_TAKEN: 'This idempotency key was used for another request within the last 24 hours.',
});

/** Few enough that a statement holds up no request. */
const BATCH = 1_000;

/** The answer to the first request with a key. */
export interface FirstAnswer {
  /** The change of the row that the request returned. */
  readonly eventId: string;
  /** The parts of the result beside the columns of the row, as JSON. */
  readonly extras: Readonly<Record<string, unknown>>;
}

/**
 * Claims a key for the running transaction. Returns null if the key is new, and otherwise the answer to the first
 * request with this key. A concurrent request with the same key waits here until the first one has ended. Throws
 * UserErrors if the key was used for another request.
 */
export async function claimKey(
  db: Prisma.TransactionClient,
  userId: string,
  { key, request }: Idempotency,
): Promise<FirstAnswer | null> {
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > MAX_KEY_LENGTH) {
    throw invalidInput(KEY.WRONG_FORM({ max: MAX_KEY_LENGTH }), 'idempotencyKey');
  }
  const hash = fingerprintOf(request);
  await db.$executeRaw`
    DELETE FROM idempotency_key
    WHERE user_id = ${userId}::uuid AND key = ${key} AND created_at < now() - make_interval(hours => ${KEPT_HOURS})`;
  const claimed = await db.$executeRaw`
    INSERT INTO idempotency_key (user_id, key, request_hash) VALUES (${userId}::uuid, ${key}, ${hash})
    ON CONFLICT DO NOTHING`;
  if (claimed === 1) return null;
  const first = await db.idempotencyKey.findFirstOrThrow({ where: { userId, key } });
  if (first.requestHash !== hash || !first.eventId) {
    throw alreadyExists(TAKEN.KEY_TAKEN(), 'idempotencyKey');
  }
  return { eventId: first.eventId, extras: first.extras as FirstAnswer['extras'] };
}

/**
 * Leaves out texts that are named like a secret: the fingerprint of a password could be compared with guesses. Other
 * values of such a name are no secrets, e.g. a filter by the time at which a password was changed.
 */
function fingerprintOf(request: unknown): string {
  const text = JSON.stringify(request, (name, value) =>
    typeof value === 'string' && NAME_OF_A_SECRET.test(name) ? undefined : value,
  );
  return createHash('sha256').update(text).digest('base64url');
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

/** Stores the answer to requests with the key from now on. */
export async function settleKey(
  db: Prisma.TransactionClient,
  userId: string,
  key: string,
  { eventId, extras }: FirstAnswer,
): Promise<void> {
  const data = { eventId, extras: extras as Prisma.InputJsonObject };
  await db.idempotencyKey.update({ where: { userId_key: { userId, key } }, data });
}

/** Releases the key: its request changed nothing, so there is no change with which to answer a repetition. */
export async function releaseKey(db: Prisma.TransactionClient, userId: string, key: string): Promise<void> {
  await db.idempotencyKey.delete({ where: { userId_key: { userId, key } } });
}
