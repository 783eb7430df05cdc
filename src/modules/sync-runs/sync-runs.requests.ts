import type { Inherited } from '../../configuration/layers/inherited.ts';
import type { Prisma, Tenant } from '../../generated/prisma/client.ts';

/** The outcome of an adoption, with the versions of the layers above that the tenant has now. */
interface Adoption {
  readonly status: 'SUCCESS' | 'PARTIAL';
  readonly openConflicts: number;
  readonly inherited: Inherited;
}

/**
 * Records that a tenant has adopted, in every run that waits for it. In a run of an older version, or of a business type
 * that it has no more, the tenant is superseded. That is a success: what was to reach it was overtaken.
 */
export async function recordAdoption(
  db: Prisma.TransactionClient,
  { id }: Pick<Tenant, 'id'>,
  adoption: Adoption,
): Promise<void> {
  const { status, openConflicts, inherited } = adoption;
  const { platformVersion, businessLayerId, businessVersion } = inherited;
  await db.$executeRaw`
    UPDATE sync_target SET
      status = CASE WHEN sync_target.layer_version = adopted.version THEN ${status} ELSE 'SUCCESS' END::sync_target_status,
      is_superseded = sync_target.layer_version IS DISTINCT FROM adopted.version,
      adopted_version = adopted.version,
      open_conflicts = ${openConflicts}::int,
      duration_ms = extract(epoch FROM clock_timestamp() - now()) * 1000,
      ended_at = clock_timestamp()
    FROM sync_target AS waiting
    JOIN sync_run ON sync_run.id = waiting.run_id
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN scope = 'PLATFORM' THEN ${platformVersion}::int
        WHEN waiting.layer_id = ${businessLayerId}::uuid THEN ${businessVersion}::int END AS version
    ) AS adopted
    WHERE waiting.id = sync_target.id AND waiting.tenant_id = ${id}::uuid AND waiting.status = 'PENDING'
      AND (adopted.version IS NULL OR waiting.layer_version <= adopted.version)`;
}
