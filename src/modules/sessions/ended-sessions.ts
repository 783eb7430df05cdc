import type { Clock } from '../../core/process/clock.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/** Few enough that a statement locks no session for long. */
const BATCH = 1_000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Deletes sessions that have run out or were ended a day ago, a batch at a time. The tokens of a session that is gone are
 * refused like those of one that has ended; that it ended stays in the change log.
 */
export async function forgetEndedSessions(prisma: PrismaClient, clock: Clock, batch = BATCH): Promise<void> {
  const now = clock.now();
  const aDayAgo = new Date(now.getTime() - DAY_MS);
  let deleted: number;
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM session WHERE id IN (
        SELECT id FROM session WHERE expires_at < ${now} OR revoked_at < ${aDayAgo} LIMIT ${batch}
        FOR UPDATE SKIP LOCKED)`;
  } while (deleted === batch);
}

/** Deletes the links to new passwords that have ended, a batch at a time. */
export async function forgetEndedResets(prisma: PrismaClient, clock: Clock, batch = BATCH): Promise<void> {
  const now = clock.now();
  let deleted: number;
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM password_reset WHERE email IN (
        SELECT email FROM password_reset WHERE expires_at < ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED)`;
  } while (deleted === batch);
}

/** Deletes the changes of addresses that have ended, a batch at a time. */
export async function forgetEndedEmailChanges(
  prisma: PrismaClient,
  clock: Clock,
  batch = BATCH,
): Promise<void> {
  const now = clock.now();
  let deleted: number;
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM email_change WHERE user_id IN (
        SELECT user_id FROM email_change WHERE expires_at < ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED)`;
  } while (deleted === batch);
}
