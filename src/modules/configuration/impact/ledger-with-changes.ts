import type { Step } from '../../../configuration/algebra/settings.ts';
import type { KnownPath } from '../../../configuration/catalogue/catalogue.ts';
import { type LayerAt, type LayersAt, partsAt, stepsFrom } from '../../../configuration/layers/document.ts';
import type { LockedLayer } from '../../../configuration/layers/layers.ts';
import {
  type Reader,
  readSettings,
  type StoredSetting,
  type Wanted,
} from '../../../configuration/layers/setting-ledger.ts';
import type { SettingChange } from '../setting-changes.ts';

/** The steps of some paths by path. */
export type Steps = ReadonlyMap<string, readonly Step[]>;

/** The ledgers as they would be with the next version of a layer. So what a write would do is read as what it did is. */
export class LedgerWithChanges {
  /** The layer in that version. */
  readonly next: LayerAt;
  readonly #db: Reader;
  readonly #changes: ReadonlyMap<string, SettingChange>;

  constructor(db: Reader, { row, last }: LockedLayer, changes: readonly SettingChange[]) {
    this.next = { id: row.id, version: last ? row.version + 1 : row.version };
    this.#db = db;
    this.#changes = new Map(changes.map((change) => [change.entry.path, change]));
  }

  /** Reads the steps of many states of the layers, in one statement. */
  async stepsOf(states: readonly LayersAt[], paths: readonly KnownPath[]): Promise<readonly Steps[]> {
    const parts = states.map((state) => partsAt(state, paths));
    const wanted = new Map(parts.flat().map((part) => [keyOf(part), part]));
    const stored = [...wanted].filter(([, part]) => !this.#changed(part));
    const settings = await readSettings(
      this.#db,
      stored.map(([, part]) => part),
    );
    const found = new Map(stored.map(([key], index) => [key, settings[index]]));
    return states.map((state, index) => {
      const of = parts[index] ?? [];
      const read = of.map((part) => (this.#changed(part) ? this.#written(part) : found.get(keyOf(part))));
      return stepsFrom(state, of, read);
    });
  }

  #changed({ configurationId, version, path }: Wanted): boolean {
    return configurationId === this.next.id && version >= this.next.version && this.#changes.has(path);
  }

  #written({ path }: Wanted): StoredSetting | undefined {
    const setting = this.#changes.get(path)?.setting;
    return setting ? { ...setting, version: this.next.version } : undefined;
  }
}

function keyOf({ configurationId, version, path }: Wanted): string {
  return `${configurationId} ${version} ${path}`;
}
