import type { Pool } from 'pg';

/** Few enough that concurrent writes to the feed hardly wait for its head. */
const BATCH = 1_000;

// One statement and so one transaction: the rows are deleted, and the head records where the chain continues. Two
// servers that choose the same rows take turns, and the second one finds nothing to do.
const PRUNE = `
  WITH oldest AS (
    SELECT seq, hash, occurred_at < now() - make_interval(days => $2) AS is_past
    FROM change WHERE feed = $1 ORDER BY seq LIMIT $3
  ), last AS (
    SELECT seq, hash FROM oldest
    WHERE seq < ALL (SELECT seq FROM oldest WHERE NOT is_past)
    ORDER BY seq DESC LIMIT 1
  ), gone AS (
    DELETE FROM change USING last WHERE feed = $1 AND change.seq <= last.seq
  )
  UPDATE feed_head SET pruned_seq = last.seq, pruned_hash = last.hash
  FROM last WHERE feed = $1 AND pruned_seq < last.seq`;

/**
 * Removes changes older than `days` days from each feed, oldest first. An old change after a younger one stays until
 * the younger one is removed. Needs the rights of the owner. Earlier cursors expire, and the chain of hashes stays
 * valid.
 */
export async function pruneLog(owner: Pool, days: number): Promise<void> {
  const { rows } = await owner.query<{ feed: string }>('SELECT feed FROM feed_head');
  for (const { feed } of rows) {
    let removed: number | null;
    do {
      removed = (await owner.query(PRUNE, [feed, days, BATCH])).rowCount;
    } while (removed);
  }
}
