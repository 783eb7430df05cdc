// The targets of runs. They are written by statements over many of them, because a run has one for each tenant; the
// outcome of a target is written in the transaction that adopts.

import type { Transaction } from '../../core/rows/transact.ts';
import { Prisma, type SyncRun } from '../../generated/prisma/client.ts';
import { configurationAdoption } from '../configuration/configuration.changes.ts';
import { ERROR_CODE } from './sync-of-tenants.terms.ts';

type Db = Prisma.TransactionClient;

/** The numbers of a run's targets. */
export interface TargetCounts {
  readonly total: number;
  readonly pending: number;
  readonly succeeded: number;
  readonly partial: number;
  readonly failed: number;
}

/**
 * Adds the tenants below the layer of a run as its targets; returns their number. Archived ones are none: they adopt when
 * they are restored.
 */
export function targetTenantsBelow(db: Db, run: SyncRun): Promise<number> {
  const { id, layerId, layerVersion, businessTypeId } = run;
  return db.$executeRaw`
    INSERT INTO sync_target (id, run_id, tenant_id, layer_id, layer_version)
    SELECT gen_random_uuid(), ${id}::uuid, tenant.id, ${layerId}::uuid, ${layerVersion}::int FROM tenant
    WHERE status <> 'ARCHIVED' AND (${businessTypeId}::uuid IS NULL OR business_type_id = ${businessTypeId}::uuid)`;
}

/** The tenants that failed in a run. */
export async function failedTenants(db: Db, runId: string): Promise<readonly string[]> {
  const failed = await db.syncTarget.findMany({
    where: { runId, status: 'FAILED' },
    select: { tenantId: true },
  });
  return failed.map(({ tenantId }) => tenantId);
}

/** Adds tenants as the targets of a run and schedules their adoption, with all its tries; returns their number. */
export async function targetTenants(
  tx: Transaction,
  run: SyncRun,
  tenantIds: readonly string[],
): Promise<number> {
  await tx.scheduleNow(
    configurationAdoption,
    Prisma.sql`SELECT id, id AS feed FROM tenant WHERE id = ANY(${tenantIds}::uuid[])`,
  );
  return tx.db.$executeRaw`
    INSERT INTO sync_target (id, run_id, tenant_id, layer_id, layer_version)
    SELECT gen_random_uuid(), ${run.id}::uuid, id, ${run.layerId}::uuid, ${run.layerVersion}::int
    FROM tenant WHERE id = ANY(${tenantIds}::uuid[]) AND status <> 'ARCHIVED'`;
}

/** Records as failed what has had its tries, and drops the targets of tenants that are gone or archived. */
export async function settleTargets(db: Db, { id }: SyncRun): Promise<void> {
  await db.$executeRaw`
    UPDATE sync_target SET
      status = 'FAILED',
      error_code = (${ERROR_CODE})::sync_error_code,
      ended_at = clock_timestamp()
    FROM due_work
    WHERE run_id = ${id}::uuid AND sync_target.status = 'PENDING'
      AND kind = ${configurationAdoption.kind} AND subject_id = tenant_id AND parked_at IS NOT NULL`;
  await db.$executeRaw`
    DELETE FROM sync_target WHERE run_id = ${id}::uuid AND status = 'PENDING'
      AND NOT EXISTS (SELECT FROM tenant WHERE tenant.id = tenant_id AND tenant.status <> 'ARCHIVED')`;
}

/** The most outcomes that one count records: a page of them is one event. */
export const MAX_RECORDED = 100;

/**
 * Records outcomes with the next version of their run, the earliest first, so that the change of the run leads to them;
 * returns their number. The run is locked.
 */
export function recordOutcomes(db: Db, { id, version }: SyncRun): Promise<number> {
  return db.$executeRaw`
    UPDATE sync_target SET recorded_in = ${version + 1}::int WHERE id IN (
      SELECT id FROM sync_target WHERE run_id = ${id}::uuid AND recorded_in IS NULL AND status <> 'PENDING'
      ORDER BY ended_at, id LIMIT ${MAX_RECORDED})`;
}

/** Counts the targets of a run. Those whose outcome is not recorded are pending. */
export async function countTargets(db: Db, { id: runId }: SyncRun): Promise<TargetCounts> {
  const total = await db.syncTarget.count({ where: { runId } });
  const groups = await db.syncTarget.groupBy({
    by: 'status',
    where: { runId, recordedIn: { not: null } },
    _count: true,
  });
  const of = (status: string) => groups.find((group) => group.status === status)?._count ?? 0;
  const [succeeded, partial, failed] = [of('SUCCESS'), of('PARTIAL'), of('FAILED')];
  return { total, pending: total - succeeded - partial - failed, succeeded, partial, failed };
}
