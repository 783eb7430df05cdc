import type { Pool } from 'pg';
import type { ChangeKind } from '../../src/generated/prisma/enums.ts';
import { type ExpiringConsents, type Expiry, MAX_DELAY_MS } from './expiring-consents.ts';

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

/** The consents that had an end, by the ledger and the log: each must expire once, and in time. */
export interface Expiries {
  readonly ended: number;
  readonly skipped: number;
  readonly redone: number;
  /** Those that expired later than two failed tries and a lost claim explain, by the time in which nodes were ready. */
  readonly late: number;
  readonly longestDelayMs: number;
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
  readonly expiries: Expiries;
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

/** A consent that was given its end by SQL has one record of its expiry, and one change in the log. */
const EXPIRIES = `
  WITH recorded AS (
    SELECT consent_id, count(*) AS times FROM consent_record WHERE step = 'EXPIRE' GROUP BY consent_id
  ), logged AS (
    SELECT entity_id AS consent_id, count(*) AS times FROM change WHERE entity = 'Consent' GROUP BY entity_id
  )
  SELECT count(*)::int AS ended,
    (count(*) FILTER (
      WHERE state <> 'EXPIRED' OR recorded.times IS NULL OR logged.times IS NULL))::int AS skipped,
    (count(*) FILTER (WHERE recorded.times > 1 OR logged.times > 1))::int AS redone
  FROM consent
    LEFT JOIN recorded ON recorded.consent_id = consent.id
    LEFT JOIN logged ON logged.consent_id = consent.id`;

const EXPIRED = `
  SELECT consent_id AS "consentId", extract(epoch FROM expires_at)::float8 * 1000 AS "endedAt",
    extract(epoch FROM recorded_at)::float8 * 1000 AS "expiredAt"
  FROM consent_record WHERE step = 'EXPIRE'`;

/** The answer where no consent had an end. */
export const NO_EXPIRIES: Expiries = { ended: 0, skipped: 0, redone: 0, late: 0, longestDelayMs: 0 };

/** Reads the truth without the server, with SQL. The consents say how late each of them was. */
export async function readTruth(
  pool: Pool,
  consents: Pick<ExpiringConsents, 'delayOf'> | null = null,
): Promise<Truth> {
  const { rows: changes } = await pool.query<LoggedChange>(CHANGES);
  const { rows: withdrawals } = await pool.query<Withdrawal>(WITHDRAWALS);
  const { rows: brokenFeeds } = await pool.query(BROKEN_FEEDS);
  const { rows: miscounted } = await pool.query(MISCOUNTED);
  const { rows: expiries } = await pool.query<Pick<Expiries, 'ended' | 'skipped' | 'redone'>>(EXPIRIES);
  const { rows: expired } = await pool.query<Expiry>(EXPIRED);
  const delays = expired.map((expiry) => consents?.delayOf(expiry) ?? 0);
  return {
    changes,
    withdrawals,
    brokenFeeds: brokenFeeds.length,
    miscounted: miscounted.length,
    expiries: {
      ...NO_EXPIRIES,
      ...expiries[0],
      late: delays.filter((delay) => delay > MAX_DELAY_MS).length,
      longestDelayMs: Math.max(0, ...delays),
    },
  };
}
