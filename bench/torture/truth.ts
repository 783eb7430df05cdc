import type { Pool } from 'pg';
import type { ChangeKind } from '../../src/generated/prisma/enums.ts';

/** A change of a customer as the log has it. */
export interface LoggedChange {
  readonly feed: string;
  readonly seq: number;
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly customerId: string;
  readonly version: number;
  readonly company: string;
  readonly contactName: string;
  readonly status: string;
}

/** The change by which a user lost a permission. */
export interface Withdrawal {
  readonly userId: string;
  readonly seq: number;
}

/** The state of the database when everything is over: all other records are measured against it. */
export interface Truth {
  /** The changes of all feeds, each in order. */
  readonly changes: readonly LoggedChange[];
  /** The withdrawals of permissions, each in the feed of the user's tenant. */
  readonly withdrawals: readonly Withdrawal[];
  /** Feeds whose numbers are not 1, 2, 3 … up to the last one given out. */
  readonly brokenFeeds: number;
  /** Customers whose version is not the number of their changes. */
  readonly miscounted: number;
}

const CHANGES = `
  SELECT feed, seq::int AS seq, event_id AS "eventId", kind, entity_id AS "customerId", entity_version AS version,
    image->>'company' AS company, image->>'contactName' AS "contactName", image->>'status' AS status
  FROM change WHERE entity = 'Customer' ORDER BY feed, seq`;

const WITHDRAWALS = `
  SELECT entity_id AS "userId", seq::int AS seq FROM change
  WHERE entity = 'User' AND kind = 'UPDATED' AND image->'permissions' = '[]'::jsonb ORDER BY seq`;

const BROKEN_FEEDS = `
  SELECT 1 FROM feed_head LEFT JOIN change USING (feed) GROUP BY feed, last_seq
  HAVING count(id) <> last_seq OR count(DISTINCT seq) <> last_seq OR coalesce(max(seq), 0) <> last_seq`;

const MISCOUNTED = `
  SELECT 1 FROM customer LEFT JOIN change ON entity = 'Customer' AND entity_id = customer.id
  GROUP BY customer.id, version HAVING count(change.id) <> version`;

/** Reads the truth without the server, with SQL. */
export async function readTruth(pool: Pool): Promise<Truth> {
  const { rows: changes } = await pool.query<LoggedChange>(CHANGES);
  const { rows: withdrawals } = await pool.query<Withdrawal>(WITHDRAWALS);
  const { rows: brokenFeeds } = await pool.query(BROKEN_FEEDS);
  const { rows: miscounted } = await pool.query(MISCOUNTED);
  return { changes, withdrawals, brokenFeeds: brokenFeeds.length, miscounted: miscounted.length };
}
