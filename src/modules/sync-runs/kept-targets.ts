// The targets of a run are kept for some months after its end, because each version costs one row for each tenant. The run
// and its counts stay.

import type { Transaction } from '../../core/rows/transact.ts';
import type { SyncRun } from '../../generated/prisma/client.ts';
import { configurationAdoption } from '../configuration/configuration.changes.ts';
import { syncTargetsEnd } from './sync-runs.changes.ts';

/** The days for which the outcomes of a run are kept after its end. */
export const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;
/** Few enough that the transaction is short. */
const BATCH = 1_000;

/** Has the targets of a run that has ended deleted when their time is over. */
export async function keepTargets(tx: Transaction, run: SyncRun): Promise<void> {
  await tx.schedule(syncTargetsEnd, run, new Date((await tx.now()).getTime() + KEPT_DAYS * DAY_MS));
}

/** Deletes some targets of a run, and the others later; a failure stays until its tenant has adopted. */
export async function deleteTargets(tx: Transaction, run: SyncRun): Promise<void> {
  const deleted = await tx.db.$executeRaw`
    DELETE FROM sync_target WHERE id IN (
      SELECT id FROM sync_target WHERE run_id = ${run.id}::uuid AND NOT (
        status = 'FAILED' AND EXISTS (
          SELECT FROM due_work WHERE kind = ${configurationAdoption.kind} AND subject_id = tenant_id))
      LIMIT ${BATCH})`;
  const left = await tx.db.syncTarget.findFirst({ where: { runId: run.id } });
  if (!left) return;
  const pauseMs = deleted === BATCH ? 0 : DAY_MS;
  await tx.schedule(syncTargetsEnd, run, new Date((await tx.now()).getTime() + pauseMs));
}
