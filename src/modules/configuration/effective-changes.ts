import { isEqual } from '../../configuration/algebra/json.ts';
import type { Setting } from '../../configuration/algebra/settings.ts';
import { type Holds, heldAt, type Inherited, inheritedIn } from '../../configuration/layers/inherited.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ConfigStep, Prisma } from '../../generated/prisma/client.ts';
import type { SettingChange } from './setting-changes.ts';

/** Reads what a layer says now of the paths of changes. */
export function presentSettings(
  { db }: Transaction,
  { row, last }: LockedLayer,
  changes: readonly SettingChange[],
): Promise<readonly (Setting | undefined)[]> {
  const version = last ? row.version : 0;
  return readSettings(
    db,
    changes.map(({ entry: { path } }) => ({ configurationId: row.id, version, path })),
  );
}

/** Leaves out what the layer has already. A write of a setting that a rule has passed over is a change: it acts again. */
export async function effectiveChanges(
  tx: Transaction,
  layer: LockedLayer,
  given: readonly SettingChange[],
  step: ConfigStep,
): Promise<SettingChange[]> {
  const present = await presentSettings(tx, layer, given);
  const { row, last } = layer;
  const holds = inheritedIn(last).holds as Holds;
  return given.filter(({ entry, setting }, index) => {
    const { mode, value, version = 0 } = present[index] ?? {};
    const isPassedOver = version > 0 && version <= (heldAt(holds, row.id, entry.path) ?? 0);
    if (setting && isPassedOver && step === 'WRITE') return true;
    return setting ? setting.mode !== mode || !isEqual(setting.value, value) : mode !== undefined;
  });
}

/** The inheritance of a layer after a write: holds on earlier settings of the written paths end. */
export function inheritedAfter({ row, last }: LockedLayer, changes: readonly SettingChange[]): Inherited {
  const inherited = inheritedIn(last);
  const { [row.id]: own, ...above } = inherited.holds as Holds;
  if (!own) return inherited;
  const kept = Object.entries(own).filter(([path]) => !changes.some(({ entry }) => entry.path === path));
  const holds: Holds = kept.length > 0 ? { ...above, [row.id]: Object.fromEntries(kept) } : above;
  return { ...inherited, holds: holds as Prisma.JsonObject };
}
