import type { PrismaClient } from '../generated/prisma/client.ts';

/** The faults of a row of the chain, in the order in which they are checked. */
export type BrokenReason = 'ROW_MISSING' | 'CONTENT_CHANGED' | 'ROW_CHANGED' | 'HEAD_MISMATCH';

/** The first position at which the chain of a feed is broken. */
export interface BrokenLink {
  readonly reason: BrokenReason;
  readonly seq: number;
  /** Null if the row is missing. */
  readonly eventId: string | null;
}

/** The result of a check of a feed's chain. */
export interface ChainCheck {
  readonly checkedCount: number;
  /** The checked changes from which a person was erased in place. */
  readonly erasedCount: number;
  /** The hash of the change that the check began after, as the feed has it now; null if there is none. */
  readonly startHash: string | null;
  /** The last position up to which the chain is intact, or up to which retention has removed the changes. */
  readonly upTo: number;
  /** The hash of that change in hexadecimal digits; null if the feed has no change yet. */
  readonly hash: string | null;
  /** Whether no changes after it remain to be checked. */
  readonly isComplete: boolean;
  readonly broken: BrokenLink | null;
}

export interface ChainCheckLimits {
  /** The number of changes that one call checks. */
  readonly maxChecked: number;
  /** The number of changes that one query checks. */
  readonly batch: number;
}

const LIMITS: ChainCheckLimits = { maxChecked: 100_000, batch: 5_000 };
/** Well below the time limit of a transaction, even on a busy machine. */
const MAX_MS = 5_000;

/** A change after which the chain continues. */
interface Link {
  readonly seq: number;
  readonly hash: string | null;
}

interface Head {
  readonly last: Link;
  readonly pruned: Link;
  /** The lowest and highest number of the rows; null if there are none. */
  readonly lowest: number | null;
  readonly highest: number | null;
}

interface Batch {
  readonly count: number;
  readonly erasedCount: number;
  readonly last: Link | null;
  readonly broken: BrokenLink | null;
}

type Database = Pick<PrismaClient, '$queryRawUnsafe'>;

// A number in JSON is exact up to 2^53, which no feed reaches.
const HEAD = `
  SELECT jsonb_build_object(
    'last', jsonb_build_object('seq', last_seq, 'hash', encode(last_hash, 'hex')),
    'pruned', jsonb_build_object('seq', pruned_seq, 'hash', encode(pruned_hash, 'hex')),
    'lowest', (SELECT min(seq) FROM change WHERE feed = $1::uuid),
    'highest', (SELECT max(seq) FROM change WHERE feed = $1::uuid)) AS found
  FROM feed_head WHERE feed = $1::uuid`;

const LINK = `
  SELECT jsonb_build_object('seq', seq, 'hash', encode(hash, 'hex')) AS found
  FROM change WHERE feed = $1::uuid AND seq = $2::bigint`;

// Joins each row with its predecessor. Its number shows whether the predecessor is missing, and its hashes whether its
// content was changed. If the hash of a single row was recomputed, the next row's hash no longer matches it.
const BATCH = `
  WITH batch AS (
    SELECT id, seq, hash,
      lag(seq, 1, $2::bigint) OVER feed AS seq_before, lag(hash, 1, decode($3::text, 'hex')) OVER feed AS hash_before
    FROM (
      SELECT id, seq, hash FROM change WHERE feed = $1::uuid AND seq > $2::bigint AND seq <= $4::bigint
      ORDER BY seq LIMIT $5::int
    ) AS next
    WINDOW feed AS (ORDER BY seq)
  ), checked AS (
    SELECT change.seq, event_id, seq_before, erased_hash IS NOT NULL AS is_erased, CASE
      WHEN change.seq <> seq_before + 1 THEN 'ROW_MISSING'
      WHEN coalesce(erased_hash, content_hash) IS DISTINCT FROM change_content_hash(change) THEN 'CONTENT_CHANGED'
      WHEN change.hash IS DISTINCT FROM change_hash(hash_before, change.seq, change, content_hash) THEN 'ROW_CHANGED'
    END AS reason
    FROM batch JOIN change USING (id)
  )
  SELECT jsonb_build_object(
    'count', (SELECT count(*) FROM batch),
    'erasedCount', (SELECT count(*) FROM checked WHERE is_erased),
    'last', (SELECT jsonb_build_object('seq', seq, 'hash', encode(hash, 'hex')) FROM batch ORDER BY seq DESC LIMIT 1),
    'broken', (
      SELECT CASE reason
        WHEN 'ROW_MISSING' THEN jsonb_build_object('reason', reason, 'seq', seq_before + 1, 'eventId', null)
        ELSE jsonb_build_object('reason', reason, 'seq', seq, 'eventId', event_id)
      END
      FROM checked WHERE reason IS NOT NULL ORDER BY seq LIMIT 1)) AS found`;

/**
 * Recomputes the chain of a feed after the number `after`, in the database, and reports where it first breaks; null if
 * there is no such feed. It ends after 100,000 changes or five seconds, or at the end that the feed had when it began.
 *
 * It proves that the rows are those from which the hash at the end was computed. The owner of the database can
 * recompute all hashes; only a hash that was noted elsewhere reveals that.
 */
export function checkChain(
  prisma: PrismaClient,
  feed: string,
  after: number,
  limits: ChainCheckLimits = LIMITS,
): Promise<ChainCheck | null> {
  // One snapshot: concurrent writes add nothing to the rows that are checked, and retention removes none of them.
  return prisma.$transaction((db) => check(db, feed, after, limits), { isolationLevel: 'RepeatableRead' });
}

async function check(
  db: Database,
  feed: string,
  after: number,
  { maxChecked, batch }: ChainCheckLimits,
): Promise<ChainCheck | null> {
  const endsAt = performance.now() + MAX_MS;
  const head = await find<Head>(db, HEAD, feed);
  if (!head) return null;
  let link: Link | null = after > head.pruned.seq ? await find<Link>(db, LINK, feed, after) : head.pruned;
  const startHash = link?.hash ?? null;
  let checkedCount = 0;
  let erasedCount = 0;
  const broken = (reason: BrokenReason, seq: number, eventId: string | null = null): ChainCheck => {
    const { seq: upTo, hash } = link ?? { seq: 0, hash: null };
    return {
      checkedCount,
      erasedCount,
      startHash,
      upTo,
      hash,
      isComplete: false,
      broken: { reason, seq, eventId },
    };
  };
  if (!link) return broken('ROW_MISSING', after);
  // Rows at positions that count as removed are never shown and would never be checked.
  if (head.lowest !== null && head.lowest <= head.pruned.seq) return broken('HEAD_MISMATCH', head.lowest);
  while (link.seq < head.last.seq && checkedCount < maxChecked && performance.now() < endsAt) {
    const found: Batch | null = await find<Batch>(db, BATCH, feed, link.seq, link.hash, head.last.seq, batch);
    if (!found?.last) return broken('ROW_MISSING', link.seq + 1);
    checkedCount += found.count;
    erasedCount += found.erasedCount;
    if (found.broken) return broken(found.broken.reason, found.broken.seq, found.broken.eventId);
    link = found.last;
  }
  const isComplete = link.seq >= head.last.seq;
  if (isComplete && !isEndOf(head, link)) return broken('HEAD_MISMATCH', head.last.seq);
  const { seq: upTo, hash } = link;
  return { checkedCount, erasedCount, startHash, upTo, hash, isComplete, broken: null };
}

function isEndOf({ last, highest }: Head, { seq, hash }: Link): boolean {
  return seq === last.seq && hash === last.hash && (highest ?? seq) <= seq;
}

async function find<Found>(db: Database, sql: string, ...values: unknown[]): Promise<Found | null> {
  const [row] = await db.$queryRawUnsafe<{ found: Found }[]>(sql, ...values);
  return row?.found ?? null;
}
