import type { PrismaClient, SyncErrorCode } from '../../generated/prisma/client.ts';

/** The most failures that are summed: an index finds the latest. */
export const MAX_SUMMED = 100_000;

/** The failures of one reason. */
export interface ErrorCount {
  readonly errorCode: SyncErrorCode;
  readonly count: number;
  readonly tenantCount: number;
  readonly latestAt: Date;
}

/** Sums the latest failures by reason, in one statement. */
export function summedErrors(
  db: Pick<PrismaClient, '$queryRaw'>,
  from: Date | null,
  tenantId: string | null,
): Promise<readonly ErrorCount[]> {
  return db.$queryRaw<ErrorCount[]>`
    SELECT error_code AS "errorCode", count(*)::int AS count, count(DISTINCT tenant_id)::int AS "tenantCount",
      max(ended_at) AS "latestAt"
    FROM (
      SELECT error_code, tenant_id, ended_at FROM sync_target
      WHERE status = 'FAILED' AND recorded_in IS NOT NULL AND (${from}::timestamptz IS NULL OR ended_at >= ${from}::timestamptz)
        AND (${tenantId}::uuid IS NULL OR tenant_id = ${tenantId}::uuid)
      ORDER BY ended_at DESC LIMIT ${MAX_SUMMED}
    ) AS failure
    GROUP BY error_code ORDER BY count DESC, error_code`;
}
