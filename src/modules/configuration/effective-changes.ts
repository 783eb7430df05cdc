import { isEqual } from '../../configuration/algebra/json.ts';
import type { Setting } from '../../configuration/algebra/settings.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';

import type { Reading } from './layers-above.ts';
import type { SettingChange } from './setting-changes.ts';

/** Reads what a layer says now of the paths of changes. */
export function presentSettings(
  { db }: Reading,
  { row, last }: LockedLayer,
  changes: readonly SettingChange[],
): Promise<readonly (Setting | undefined)[]> {
  const version = last ? row.version : 0;
  return readSettings(
    db,
    changes.map(({ entry: { path } }) => ({ configurationId: row.id, version, path })),
  );
}

/** Leaves out what the layer has already. */
export async function effectiveChanges(
  tx: Reading,
  layer: LockedLayer,
  given: readonly SettingChange[],
): Promise<SettingChange[]> {
  const present = await presentSettings(tx, layer, given);
  return given.filter(({ setting }, index) => {
    const { mode, value } = present[index] ?? {};
    return setting ? setting.mode !== mode || !isEqual(setting.value, value) : mode !== undefined;
  });
}
