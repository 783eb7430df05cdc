// The status of each tenant is a row, so that lists, counts and streams of statuses agree at every position. The row is
// locked before the ledgers are asked, so the later of two writers knows what the earlier one has committed.

import type { Transaction } from '../../core/rows/transact.ts';
import { tableOf } from '../../db/table.ts';
import { Prisma, type SyncRun, type TenantSync } from '../../generated/prisma/client.ts';
import { SYNC_OF_TENANTS } from './sync-of-tenants.terms.ts';
import { tenantSyncEntity } from './sync-runs.changes.ts';

/** The most statuses that one count writes, so that its transaction is short. */
const MAX_NOTED = 200;

/** Writes the status of a tenant if it has changed; waits for a transaction that is writing it. */
export async function noteSync(tx: Transaction, tenantId: string): Promise<void> {
  const held = await tx.db.$queryRaw<Held[]>`
    SELECT id, tenant_id AS "tenantId" FROM tenant_sync WHERE tenant_id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  await writeStatuses(tx, held);
}

/**
 * Writes the statuses of the tenants of a run that wait or have failed, some of them at a time; tells whether more may be
 * left. A tenant that is adopting writes its own.
 */
export async function noteSyncs(tx: Transaction, { id }: SyncRun): Promise<boolean> {
  const changed = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT tenant_sync.id FROM sync_target
    JOIN tenant_sync USING (tenant_id)
    JOIN (${SYNC_OF_TENANTS}) AS sync USING (tenant_id)
    WHERE run_id = ${id}::uuid AND sync_target.status IN ('PENDING', 'FAILED') AND ${IS_DIFFERENT}
    ORDER BY tenant_id LIMIT ${MAX_NOTED}`;
  if (changed.length === 0) return false;
  const held = await tx.db.$queryRaw<Held[]>`
    SELECT id, tenant_id AS "tenantId" FROM tenant_sync WHERE id = ANY(${changed.map((one) => one.id)}::uuid[])
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;
  await writeStatuses(tx, held);
  return changed.length === MAX_NOTED || held.length < changed.length;
}

type Held = Pick<TenantSync, 'id' | 'tenantId'>;

const IS_DIFFERENT = Prisma.sql`
  (sync.status, sync.error_code) IS DISTINCT FROM (tenant_sync.status::text, tenant_sync.error_code::text)`;

/** Writes what differs from the ledgers; the rows are locked. */
async function writeStatuses(tx: Transaction, held: readonly Held[]): Promise<void> {
  const statuses = await tx.db.$queryRaw<Pick<TenantSync, 'id' | 'status' | 'errorCode'>[]>`
    SELECT tenant_sync.id, sync.status, sync.error_code AS "errorCode"
    FROM tenant_sync JOIN (${SYNC_OF_TENANTS}) AS sync USING (tenant_id)
    WHERE tenant_id = ANY(${held.map(({ tenantId }) => tenantId)}::uuid[]) AND ${IS_DIFFERENT}`;
  if (statuses.length === 0) return;
  const ids = statuses.map(({ id }) => id);
  const rows = await tableOf<TenantSync>(tx.db, tenantSyncEntity).findMany({ where: { id: { in: ids } } });
  const since = await tx.now();
  for (const row of rows) {
    const now = statuses.find(({ id }) => id === row.id);
    if (!now) continue;
    const { status, errorCode } = now;
    await tx.update(tenantSyncEntity, row, { status, errorCode, ...(status !== row.status && { since }) });
  }
}
