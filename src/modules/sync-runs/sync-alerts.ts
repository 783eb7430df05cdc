// An alert is raised by the count of a run and resolved by counts of its own. Its cause has to be gone at two of them, one
// after the other, and tenants that are being tried again are still its cause: so an alert does not flap.

import type { Transaction } from '../../core/rows/transact.ts';
import type { SyncAlert, SyncAlertKind, SyncRun } from '../../generated/prisma/client.ts';
import { configurationAdoption } from '../configuration/configuration.changes.ts';
import { syncAlertCount, syncAlertEntity } from './sync-runs.changes.ts';

/** The age of a run from which its pending tenants are late. */
export const LATE_SECONDS = 300;
/** The pause between two counts of an alert. */
const COUNT_MS = 10_000;
/** The counts in a row at which the cause must be gone. */
export const GONE_COUNTS = 2;

/** Raises what the count of a run gives reason for, unless it is open already for the layer. */
export async function raiseAlerts(
  tx: Transaction,
  run: SyncRun,
  { failed, pending }: { readonly failed: number; readonly pending: number },
): Promise<void> {
  if (failed > 0) await raise(tx, run, 'TENANTS_FAILED', failed);
  const ageMs = (await tx.now()).getTime() - run.createdAt.getTime();
  if (pending > 0 && ageMs > LATE_SECONDS * 1_000) await raise(tx, run, 'TENANTS_LATE', pending);
}

async function raise(
  tx: Transaction,
  { id: runId, layerId, scope, businessTypeId }: SyncRun,
  kind: SyncAlertKind,
  tenantCount: number,
): Promise<void> {
  const data = { kind, layerId, scope, businessTypeId, runId, tenantCount };
  const [alert] = await tx.db.syncAlert.createManyAndReturn({ data, skipDuplicates: true });
  if (alert) await countLater(tx, tx.created(syncAlertEntity, alert));
}

/** Counts the tenants of an alert, and resolves it if there were none at the last count either. */
export async function countAlert(tx: Transaction, alert: SyncAlert): Promise<void> {
  if (alert.status === 'RESOLVED') return;
  const tenantCount = await (alert.kind === 'TENANTS_FAILED' ? failedBelow : lateBelow)(tx, alert);
  const goneCount = tenantCount === 0 ? alert.goneCount + 1 : 0;
  const isOver = goneCount >= GONE_COUNTS;
  await tx.update(syncAlertEntity, alert, {
    tenantCount,
    goneCount,
    ...(isOver && { status: 'RESOLVED' as const, resolvedAt: await tx.now() }),
  });
  if (!isOver) await countLater(tx, alert);
}

async function countLater(tx: Transaction, alert: SyncAlert): Promise<void> {
  await tx.schedule(syncAlertCount, alert, new Date((await tx.now()).getTime() + COUNT_MS));
}

/** The tenants whose last adoption failed and that have not adopted since, also while they are tried again. */
async function failedBelow({ db }: Transaction, { businessTypeId }: SyncAlert): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM due_work
    JOIN tenant ON tenant.id = subject_id
    CROSS JOIN LATERAL (
      SELECT status FROM sync_target WHERE tenant_id = tenant.id AND ended_at IS NOT NULL
      ORDER BY ended_at DESC, id DESC LIMIT 1
    ) AS latest
    WHERE kind = ${configurationAdoption.kind} AND latest.status = 'FAILED'
      AND (${businessTypeId}::uuid IS NULL OR business_type_id = ${businessTypeId}::uuid)`;
  return row?.count ?? 0;
}

/** The tenants that wait in a run of the layer for too long. */
async function lateBelow({ db }: Transaction, { layerId }: SyncAlert): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT tenant_id)::int AS count
    FROM sync_run JOIN sync_target ON run_id = sync_run.id AND sync_target.status = 'PENDING'
    WHERE sync_run.layer_id = ${layerId}::uuid AND sync_run.status = 'RUNNING'
      AND sync_run.created_at < now() - make_interval(secs => ${LATE_SECONDS}::int)`;
  return row?.count ?? 0;
}
