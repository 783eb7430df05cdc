// Counts as of earlier times. Both questions begin with the counts of now and subtract what the ledger has since, which
// an index finds; one statement reads both, so a concurrent consent is in both or in neither.

import type { ConsentStats, PrismaClient } from '../../generated/prisma/client.ts';
import type { Interval } from './calendar-intervals.ts';

type Db = Pick<PrismaClient, '$queryRaw'>;

/** The numbers of subjects by state. */
export type Counts = Pick<ConsentStats, 'id' | 'pending' | 'granted' | 'revoked' | 'expired'>;

/** Returns the counts of purposes as they were at a time. */
export function countsAt(db: Db, purposeIds: readonly string[], time: Date): Promise<Counts[]> {
  return db.$queryRaw<Counts[]>`
    SELECT stats.id,
      (stats.pending - coalesce(since.pending, 0))::int AS pending,
      (stats.granted - coalesce(since.granted, 0))::int AS granted,
      (stats.revoked - coalesce(since.revoked, 0))::int AS revoked,
      (stats.expired - coalesce(since.expired, 0))::int AS expired
    FROM consent_stats AS stats, LATERAL (
      SELECT
        sum((state = 'PENDING')::int - (previous_state IS NOT DISTINCT FROM 'PENDING')::int) AS pending,
        sum((state = 'GRANTED')::int - (previous_state IS NOT DISTINCT FROM 'GRANTED')::int) AS granted,
        sum((state = 'REVOKED')::int - (previous_state IS NOT DISTINCT FROM 'REVOKED')::int) AS revoked,
        sum((state = 'EXPIRED')::int - (previous_state IS NOT DISTINCT FROM 'EXPIRED')::int) AS expired
      FROM consent_record WHERE purpose_id = stats.id AND recorded_at >= ${time}
    ) AS since
    WHERE stats.id = ANY(${purposeIds}::uuid[])`;
}

/** The numbers of subjects whose consent changed in an interval, and of those whose consent was granted at its end. */
export interface IntervalCounts {
  readonly granted: number;
  readonly revoked: number;
  readonly expired: number;
  readonly standing: number;
}

/** Counts the changes of a purpose in adjoining intervals. A subject that did the same twice in one counts once. */
export function countsPerInterval(
  db: Db,
  purposeId: string,
  intervals: readonly [Interval, ...Interval[]],
): Promise<IntervalCounts[]> {
  const [{ start }] = intervals;
  const bounds = [start, ...intervals.map(({ end }) => end)];
  return db.$queryRaw<IntervalCounts[]>`
    WITH changed AS (
      SELECT number, count(DISTINCT consent_id) FILTER (WHERE step IN ('GRANT', 'CONFIRM')) AS granted,
        count(DISTINCT consent_id) FILTER (WHERE step = 'REVOKE') AS revoked,
        count(DISTINCT consent_id) FILTER (WHERE step = 'EXPIRE') AS expired,
        sum((state = 'GRANTED')::int - (previous_state IS NOT DISTINCT FROM 'GRANTED')::int) AS more
      FROM consent_record, LATERAL width_bucket(recorded_at, ${bounds}::timestamptz[]) AS number
      WHERE purpose_id = ${purposeId}::uuid AND recorded_at >= ${start}
      GROUP BY number
    ), counted AS (
      SELECT number, coalesce(changed.granted, 0)::int AS granted, coalesce(changed.revoked, 0)::int AS revoked,
        coalesce(changed.expired, 0)::int AS expired,
        (stats.granted - coalesce(sum(more) OVER (
          ORDER BY number DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0))::int AS standing
      FROM consent_stats AS stats CROSS JOIN generate_series(1, ${bounds.length}::int) AS number
      LEFT JOIN changed USING (number)
      WHERE stats.id = ${purposeId}::uuid
    )
    SELECT granted, revoked, expired, standing FROM counted WHERE number <= ${intervals.length} ORDER BY number`;
}
