import { isEqual } from '../../configuration/algebra/json.ts';
import type { Scope } from '../../configuration/algebra/settings.ts';
import type { Side } from '../../configuration/algebra/three-way-merge.ts';
import type { LayerAt } from '../../configuration/layers/document.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ConfigConflict, ConfigConflictResolution } from '../../generated/prisma/client.ts';
import { configConflictEntity } from './config-conflicts.changes.ts';
import { fromColumn, type Sides, toColumn } from './conflict-sides.ts';

/** A conflict that was found. */
export interface Dispute extends Sides {
  readonly tenantId: string;
  readonly path: string;
  /** The layer above that decides what would be inherited, at its newest version. */
  readonly layer: LayerAt;
  readonly scope: Extract<Scope, 'PLATFORM' | 'BUSINESS_TYPE'>;
  readonly baseVersion: number;
  /** The version of that layer that wrote it. */
  readonly writtenAt: number;
  readonly own: LayerAt;
  /** The version of the tenant's layer that wrote its own setting. */
  readonly ownVersion: number;
}

/** Opens a conflict of a path, or opens it again. One that is open is given what is above now, and keeps its base. */
export async function openConflict(
  tx: Transaction,
  present: ConfigConflict | undefined,
  dispute: Dispute,
): Promise<void> {
  const { tenantId, path, scope, layer, baseVersion, ownVersion } = dispute;
  const isOpen = present?.status === 'OPEN';
  const data = {
    base: toColumn(dispute.base),
    theirs: toColumn(dispute.theirs),
    ours: toColumn(dispute.ours),
    scope,
    layerId: layer.id,
    baseVersion,
    layerVersion: layer.version,
    theirsAt: await recordedAt(tx, layer.id, dispute.writtenAt),
    ownVersion,
    oursAt: await recordedAt(tx, dispute.own.id, ownVersion),
    strategy: 'MERGE' as const,
    status: 'OPEN' as const,
    openedAt: isOpen ? present.openedAt : await tx.now(),
    resolution: null,
    endedAt: null,
    resolvedById: null,
  };
  if (present) await tx.update(configConflictEntity, present, data);
  else {
    const created = await tx.db.configConflict.create({ data: { tenantId, path, ...data } });
    tx.created(configConflictEntity, created);
  }
}

/** Closes an open conflict that has nothing left to decide. */
export async function closeConflict(
  tx: Transaction,
  conflict: ConfigConflict,
  resolution: ConfigConflictResolution,
): Promise<void> {
  const end = { status: 'CLOSED', resolution, endedAt: await tx.now() } as const;
  await tx.update(configConflictEntity, conflict, end);
}

/** Notes what the tenant sets itself while a conflict is open; closes it if nothing is left to decide. Returns whether. */
export async function updateOurs(
  tx: Transaction,
  conflict: ConfigConflict,
  ours: Side,
  ownVersion: number,
): Promise<boolean> {
  const reason = endBy(fromColumn(conflict.theirs), ours);
  const now = await tx.now();
  const end = reason && ({ status: 'CLOSED', resolution: reason, endedAt: now } as const);
  await tx.update(configConflictEntity, conflict, { ours: toColumn(ours), ownVersion, oursAt: now, ...end });
  return reason !== null;
}

/** Why what a tenant sets itself leaves nothing to decide; null if it does not. */
function endBy(theirs: Side, ours: Side): 'NOTHING_OWN' | 'AGREED' | null {
  if (ours === undefined) return 'NOTHING_OWN';
  return isEqual(theirs, ours) ? 'AGREED' : null;
}

/** The time at which a version of a layer was written; the layer is locked, or cannot change any more. */
async function recordedAt(tx: Transaction, configurationId: string, version: number): Promise<Date> {
  const found = await tx.db.configVersion.findFirst({ where: { configurationId, version } });
  return found?.recordedAt ?? tx.now();
}
