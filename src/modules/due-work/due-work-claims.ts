// The claims of nodes on what is due, and the times of the next tries. Every time is that of the database's clock. The index
// over (tries, try_at) finds what is ready, however many rows are scheduled for later or parked.

import type { DueWork, PrismaClient } from '../../generated/prisma/client.ts';
import { MAX_TRIES } from './due-work.terms.ts';

/** The most that a node takes at a time. Few, so that its transactions are short. */
const MAX_CLAIMS = 50;
/** The oldest rows among which feeds and kinds take turns: reading more would cost more than their work. */
const MAX_COMPARED = 5_000;
/**
 * The time after which a node that has taken work counts as lost. With POLL_MS it is less than ten seconds. A node that
 * works longer keeps what it has begun, because its transaction holds the rows.
 */
const LEASE = '6 seconds';
/** The pauses after the first and the second try; after the third one the work is parked immediately. */
const PAUSES = ['2 seconds', '15 seconds', '0 seconds'];

/** Work that a node has taken, with the number of the try that it counts as. */
export type Claim = Pick<DueWork, 'kind' | 'subjectId' | 'feed' | 'dueAt' | 'tries'>;

/** The schedule as a node sees it. */
export interface Outlook {
  /** The time until something is ready to be taken, in milliseconds; infinite if nothing is scheduled. */
  readonly untilReadyMs: number;
  readonly parkedCount: number;
}

/** Looks at the schedule of the given kinds. */
export async function lookAhead(prisma: PrismaClient, kinds: readonly string[]): Promise<Outlook> {
  const [row] = await prisma.$queryRaw<{ ms: number | null; parkedCount: number }[]>`
    SELECT (extract(epoch FROM min(first.try_at) - clock_timestamp()) * 1000)::float8 AS ms,
      (SELECT count(*)::int FROM due_work WHERE tries = ${MAX_TRIES} AND try_at IS NULL) AS "parkedCount"
    FROM generate_series(0, ${MAX_TRIES}::int) AS tried (tries)
    CROSS JOIN LATERAL (
      SELECT try_at FROM due_work
      WHERE due_work.tries = tried.tries AND try_at IS NOT NULL AND kind = ANY(${kinds})
      ORDER BY try_at LIMIT 1
    ) AS first`;
  return { untilReadyMs: row?.ms ?? Number.POSITIVE_INFINITY, parkedCount: row?.parkedCount ?? 0 };
}

/**
 * Takes some work that was never tried, oldest first, and that of all feeds and kinds in turn, and counts a try of each:
 * a process that ends during the work cannot count it any more.
 */
export function claimFirstTries(prisma: PrismaClient, kinds: readonly string[]): Promise<Claim[]> {
  return prisma.$queryRaw<Claim[]>`
    WITH oldest AS (
      SELECT id, feed, kind, try_at FROM due_work
      WHERE tries = 0 AND try_at <= now() AND kind = ANY(${kinds})
      ORDER BY try_at LIMIT ${MAX_COMPARED}
    ), in_turn AS (
      SELECT id FROM (
        SELECT id, try_at, row_number() OVER (PARTITION BY feed, kind ORDER BY try_at) AS turn FROM oldest
      ) AS numbered
      ORDER BY turn, try_at LIMIT ${MAX_CLAIMS}
    ), taken AS (
      SELECT id FROM due_work WHERE id IN (SELECT id FROM in_turn) AND tries = 0 AND try_at <= now()
      FOR UPDATE SKIP LOCKED
    )
    UPDATE due_work SET tries = 1, try_at = now() + ${LEASE}::interval
    WHERE id IN (SELECT id FROM taken)
    RETURNING kind, subject_id AS "subjectId", feed, due_at AS "dueAt", tries`;
}

/** Takes work that was tried before, one at a time: only what ends the process is counted for its end. */
export async function claimRetry(prisma: PrismaClient, kinds: readonly string[]): Promise<Claim | null> {
  const [claim] = await prisma.$queryRaw<Claim[]>`
    UPDATE due_work SET tries = tries + 1, try_at = now() + ${LEASE}::interval
    WHERE id = (
      SELECT id FROM due_work
      WHERE tries BETWEEN 1 AND ${MAX_TRIES - 1} AND try_at <= now() AND kind = ANY(${kinds})
      LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING kind, subject_id AS "subjectId", feed, due_at AS "dueAt", tries`;
  return claim ?? null;
}

/** Counts one more try of work that the node has; null if it was scheduled again or taken meanwhile. */
export async function claimAgain(prisma: PrismaClient, claim: Claim): Promise<Claim | null> {
  const [again] = await prisma.$queryRaw<Claim[]>`
    UPDATE due_work SET tries = tries + 1, try_at = now() + ${LEASE}::interval
    WHERE kind = ${claim.kind} AND subject_id = ${claim.subjectId}::uuid AND tries = ${claim.tries}
    RETURNING kind, subject_id AS "subjectId", feed, due_at AS "dueAt", tries`;
  return again ?? null;
}

/** Gives back work that a node has not begun, because it stops: this was no try, and other nodes need not wait. */
export async function giveBack(prisma: PrismaClient, claims: readonly Claim[]): Promise<void> {
  for (const { kind, subjectId, tries } of claims) {
    await prisma.$executeRaw`
      UPDATE due_work SET tries = tries - 1, try_at = now()
      WHERE kind = ${kind} AND subject_id = ${subjectId}::uuid AND tries = ${tries}`;
  }
}

/** Records why a try failed, and when the next one may begin. */
export async function noteFailure(prisma: PrismaClient, claim: Claim, errorName: string): Promise<void> {
  await prisma.$executeRaw`
    UPDATE due_work SET last_error = ${errorName}, try_at = now() + ${PAUSES[claim.tries - 1]}::interval
    WHERE kind = ${claim.kind} AND subject_id = ${claim.subjectId}::uuid AND tries = ${claim.tries}`;
}

/** Parks the work whose last try has failed, or whose last process has ended; returns it. */
export function parkSpent(prisma: PrismaClient): Promise<DueWork[]> {
  return prisma.$queryRaw<DueWork[]>`
    UPDATE due_work SET parked_at = now(), try_at = NULL
    WHERE id IN (
      SELECT id FROM due_work WHERE tries = ${MAX_TRIES} AND try_at <= now() FOR UPDATE SKIP LOCKED
    )
    RETURNING id, kind, subject_id AS "subjectId", last_error AS "lastError"`;
}
