import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { Configuration, SyncRun, Tenant } from '../../generated/prisma/client.ts';
import { keepTargets } from './kept-targets.ts';
import { raiseAlerts } from './sync-alerts.ts';
import { syncRunCount, syncRunEntity, tenantSyncEntity } from './sync-runs.changes.ts';
import {
  countTargets,
  MAX_RECORDED,
  recordOutcomes,
  settleTargets,
  targetTenantsBelow,
} from './sync-targets.ts';
import { noteSync, noteSyncs } from './tenant-sync-notes.requests.ts';

// Invariants of this room: a run completes once, when none of its targets is pending and the statuses of its tenants are
// written, and nothing in it changes afterwards; the outcome of a target, the status of its tenant and the adoption are
// one transaction; an outcome is counted with the version of the run that records it, and listed from then on.

/** The pause between two counts, which bounds how often a run changes unless more outcomes wait than one count records. */
const COUNT_MS = 1_000;

/** Begins a run with every version of a layer above tenants, in the transaction that writes it. */
export const beginRunOfVersion: Reaction<Configuration> = {
  entity: 'Configuration',
  async react(tx, _before, after) {
    if (!after || after.tenantId || after.userId) return;
    const { id: layerId, version: layerVersion, scope, businessTypeId } = after;
    const at = { configurationId: layerId, version: layerVersion };
    const { step, paths } = await tx.db.configVersion.findUniqueOrThrow({
      where: { configurationId_version: at },
    });
    const above = { scope, businessTypeId, layerId, layerVersion, step, paths };
    const run = { ...above, cause: 'VERSION', retryOfId: null } as const;
    await beginRun(tx, run, (begun) => targetTenantsBelow(tx.db, begun));
  },
};

/**
 * Gives a new tenant its status, writes that of one that gets another business type, and forgets a tenant that is
 * deleted.
 */
export const followTenant: Reaction<Tenant> = {
  entity: 'Tenant',
  async react(tx, before, after) {
    if (!before && after) {
      tx.created(tenantSyncEntity, await tx.db.tenantSync.create({ data: { tenantId: after.id } }));
    }
    if (before && after && before.businessTypeId !== after.businessTypeId) await noteSync(tx, after.id);
    if (before && !after) await forget(tx, before);
  },
};

async function forget(tx: Transaction, { id: tenantId }: Tenant): Promise<void> {
  await tx.db.syncTarget.deleteMany({ where: { tenantId } });
  for await (const row of rowsToChange(tx, tenantSyncEntity, { tenantId }))
    await tx.delete(tenantSyncEntity, row);
}

/** A run that is to begin. */
type NewRun = Pick<
  SyncRun,
  'scope' | 'businessTypeId' | 'layerId' | 'layerVersion' | 'step' | 'paths' | 'cause' | 'retryOfId'
>;

/** Begins a run with the targets that `addTargets` gives it, and has them counted. */
export async function beginRun(
  tx: Transaction,
  data: NewRun,
  addTargets: (run: SyncRun) => Promise<number>,
): Promise<SyncRun> {
  const empty = await tx.db.syncRun.create({ data: { ...data, total: 0 } });
  const total = await addTargets(empty);
  const run = await tx.db.syncRun.update({ where: { id: empty.id }, data: { total } });
  await tx.schedule(syncRunCount, run, await tx.now());
  return tx.created(syncRunEntity, run);
}

/** Counts the targets of a run; completes it if none is pending, else counts again later. */
export async function countRun(tx: Transaction, run: SyncRun): Promise<void> {
  if (run.status === 'COMPLETED') return;
  await settleTargets(tx.db, run);
  const isNoting = await noteSyncs(tx, run);
  const recorded = await recordOutcomes(tx.db, run);
  const { total, pending, succeeded, partial, failed } = await countTargets(tx.db, run);
  await raiseAlerts(tx, run, { failed, pending });
  const now = await tx.now();
  const hasEnded = pending === 0 && !isNoting;
  const pauseMs = recorded === MAX_RECORDED ? 0 : COUNT_MS;
  await tx.update(syncRunEntity, run, {
    total,
    succeededCount: succeeded,
    partialCount: partial,
    failedCount: failed,
    recordedCount: run.recordedCount + recorded,
    ...(hasEnded && { status: 'COMPLETED' as const, endedAt: now }),
  });
  if (hasEnded) await keepTargets(tx, run);
  else await tx.schedule(syncRunCount, run, new Date(now.getTime() + pauseMs));
}
