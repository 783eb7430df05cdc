import type { PrismaClient } from '../generated/prisma/client.ts';

/** What is wrong with a row of the chain, in the order in which it is looked for. */
export type BrokenReason = 'ROW_MISSING' | 'CONTENT_CHANGED' | 'ROW_CHANGED' | 'HEAD_MISMATCH';

/** The first place at which the chain of a feed does not hold. */
export interface BrokenLink {
  readonly reason: BrokenReason;
  readonly seq: number;
  /** Null where there is no row to name. */
  readonly eventId: string | null;
}

/** What a look at the chain of a feed has found. */
export interface ChainCheck {
  readonly checkedCount: number;
  /** Up to where the chain was found to hold, or retention has removed what there was. */
  readonly upTo: number;
  /** The hash of that change, in hexadecimal digits; null while there is none. */
  readonly hash: string | null;
  /** Whether nothing behind it is left to be checked. */
  readonly isComplete: boolean;
  readonly broken: BrokenLink | null;
}

export interface ChainCheckLimits {
  /** How many changes one call looks at. */
  readonly maxChecked: number;
  /** How many of them one query looks at. */
  readonly batch: number;
}

const LIMITS: ChainCheckLimits = { maxChecked: 100_000, batch: 5_000 };
/** Well within what a transaction may take, on a machine that is busy too. */
const MAX_MS = 5_000;

/** A change from which the chain goes on. */
interface Link {
  readonly seq: number;
  readonly hash: string | null;
}

interface Head {
  readonly last: Link;
  readonly pruned: Link;
  /** The numbers of the rows that are there; null if there are none. */
  readonly lowest: number | null;
  readonly highest: number | null;
}

interface Batch {
  readonly count: number;
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

// Each row beside the one before it. That one is missing is told by the number, and what is in a row by its hashes; a
// hash that was made anew for one row alone is no longer what the next one was made from.
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
    SELECT change.seq, event_id, seq_before, CASE
      WHEN change.seq <> seq_before + 1 THEN 'ROW_MISSING'
      WHEN content_hash IS DISTINCT FROM change_content_hash(change) THEN 'CONTENT_CHANGED'
      WHEN change.hash IS DISTINCT FROM change_hash(hash_before, change.seq, change, content_hash) THEN 'ROW_CHANGED'
    END AS reason
    FROM batch JOIN change USING (id)
  )
  SELECT jsonb_build_object(
    'count', (SELECT count(*) FROM batch),
    'last', (SELECT jsonb_build_object('seq', seq, 'hash', encode(hash, 'hex')) FROM batch ORDER BY seq DESC LIMIT 1),
    'broken', (
      SELECT CASE reason
        WHEN 'ROW_MISSING' THEN jsonb_build_object('reason', reason, 'seq', seq_before + 1, 'eventId', null)
        ELSE jsonb_build_object('reason', reason, 'seq', seq, 'eventId', event_id)
      END
      FROM checked WHERE reason IS NOT NULL ORDER BY seq LIMIT 1)) AS found`;

/**
 * Recomputes the chain of a feed behind the number `after`, in the database, and says where it first breaks; null if
 * there is no such feed. It ends after 100,000 changes or five seconds, or where the feed ended when it began.
 *
 * It shows that the rows are those from which the hash at the end was made. Whoever owns the database can make all of
 * them anew: against that helps a hash that was noted elsewhere.
 */
export function checkChain(
  prisma: PrismaClient,
  feed: string,
  after: number,
  limits: ChainCheckLimits = LIMITS,
): Promise<ChainCheck | null> {
  // One snapshot: whoever writes meanwhile adds nothing to what is looked at, and retention removes nothing of it.
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
  let checkedCount = 0;
  const broken = (reason: BrokenReason, seq: number, eventId: string | null = null): ChainCheck => {
    const { seq: upTo, hash } = link ?? { seq: 0, hash: null };
    return { checkedCount, upTo, hash, isComplete: false, broken: { reason, seq, eventId } };
  };
  if (!link) return broken('ROW_MISSING', after);
  // What is said to have been removed is shown to nobody, and would be checked by nobody.
  if (head.lowest !== null && head.lowest <= head.pruned.seq) return broken('HEAD_MISMATCH', head.lowest);
  while (link.seq < head.last.seq && checkedCount < maxChecked && performance.now() < endsAt) {
    const found: Batch | null = await find<Batch>(db, BATCH, feed, link.seq, link.hash, head.last.seq, batch);
    if (!found?.last) return broken('ROW_MISSING', link.seq + 1);
    checkedCount += found.count;
    if (found.broken) return broken(found.broken.reason, found.broken.seq, found.broken.eventId);
    link = found.last;
  }
  const isComplete = link.seq >= head.last.seq;
  if (isComplete && !isEndOf(head, link)) return broken('HEAD_MISMATCH', head.last.seq);
  return { checkedCount, upTo: link.seq, hash: link.hash, isComplete, broken: null };
}

function isEndOf({ last, highest }: Head, { seq, hash }: Link): boolean {
  return seq === last.seq && hash === last.hash && (highest ?? seq) <= seq;
}

async function find<Found>(db: Database, sql: string, ...values: unknown[]): Promise<Found | null> {
  const [row] = await db.$queryRawUnsafe<{ found: Found }[]>(sql, ...values);
  return row?.found ?? null;
}
