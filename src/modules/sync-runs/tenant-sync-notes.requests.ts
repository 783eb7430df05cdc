// The status of each tenant, also of each type of settings, is a row: lists, counts and streams of statuses agree at every
// position. The row is locked before the ledgers are asked, so the later of two writers knows what the earlier one has
// committed.

import type { Transaction } from '../../core/rows/transact.ts';
import { tableOf } from '../../db/table.ts';
import { Prisma, type SyncRun, type TenantSync } from '../../generated/prisma/client.ts';
import { syncByTypeOf } from './sync-by-type.terms.ts';
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
  const notAdopted = Prisma.sql`
    SELECT tenant_id FROM sync_target WHERE run_id = ${id}::uuid AND status IN ('PENDING', 'FAILED')`;
  const changed = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT tenant_sync.id FROM tenant_sync JOIN (${syncByTypeOf(notAdopted)}) AS sync USING (tenant_id)
    WHERE ${IS_DIFFERENT}
    ORDER BY tenant_id LIMIT ${MAX_NOTED}`;
  if (changed.length === 0) return false;
  const held = await tx.db.$queryRaw<Held[]>`
    SELECT id, tenant_id AS "tenantId" FROM tenant_sync WHERE id = ANY(${changed.map((one) => one.id)}::uuid[])
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;
  await writeStatuses(tx, held);
  return changed.length === MAX_NOTED || held.length < changed.length;
}

type Held = Pick<TenantSync, 'id' | 'tenantId'>;

/** The columns of a row as the ledgers have them. */
type Noted = Pick<TenantSync, 'id' | 'status' | 'errorCode' | 'pendingTypes' | 'conflictTypes'>;

const IS_DIFFERENT = Prisma.sql`
  (sync.status, sync.error_code, sync.pending_types, sync.conflict_types) IS DISTINCT FROM (
    tenant_sync.status::text, tenant_sync.error_code::text,
    tenant_sync.pending_types::text[], tenant_sync.conflict_types::text[])`;

/** Writes what differs from the ledgers; the rows are locked. */
async function writeStatuses(tx: Transaction, held: readonly Held[]): Promise<void> {
  const tenantIds = held.map(({ tenantId }) => tenantId);
  const statuses = await tx.db.$queryRaw<Noted[]>`
    SELECT tenant_sync.id, sync.status, sync.error_code AS "errorCode", sync.pending_types AS "pendingTypes",
      sync.conflict_types AS "conflictTypes"
    FROM tenant_sync JOIN (${syncByTypeOf(Prisma.sql`SELECT unnest(${tenantIds}::uuid[])`)}) AS sync USING (tenant_id)
    WHERE ${IS_DIFFERENT}`;
  if (statuses.length === 0) return;
  const ids = statuses.map(({ id }) => id);
  const rows = await tableOf<TenantSync>(tx.db, tenantSyncEntity).findMany({ where: { id: { in: ids } } });
  const since = await tx.now();
  for (const row of rows) {
    const now = statuses.find(({ id }) => id === row.id);
    if (!now) continue;
    const { id: _, ...noted } = now;
    await tx.update(tenantSyncEntity, row, { ...noted, ...(now.status !== row.status && { since }) });
  }
}
