import { LRUCache } from 'lru-cache';
import type { ActingLayers } from './acting-layers.ts';
import { actingSettings, type ObeyedSettings } from './obeyed-settings.ts';
import type { Reader } from './setting-ledger.ts';

const MAX_BYTES = 32 * 1_024 * 1_024;

/**
 * The settings that a node remembers. The ledgers never change, so what follows from the versions of some
 * layers is true for ever: nothing has to be forgotten when a setting changes, because its layer then has another version.
 * Requests that miss the same settings together read them once.
 */
export class SettingsMemory {
  readonly #known: LRUCache<string, ObeyedSettings, ActingLayers>;

  constructor(db: Reader, maxBytes = MAX_BYTES) {
    this.#known = new LRUCache<string, ObeyedSettings, ActingLayers>({
      maxSize: maxBytes,
      sizeCalculation: (settings, key) => 2 * (key.length + JSON.stringify([...settings.values]).length),
      // One that has to leave while it is read is an answer nevertheless.
      ignoreFetchAbort: true,
      fetchMethod: (_key, _stale, { context }) => actingSettings(db, context),
    });
  }

  /** The settings that layers make this node obey. Throws if they cannot be read. */
  async of(layers: ActingLayers): Promise<ObeyedSettings> {
    const key = JSON.stringify(layers);
    return this.#known.get(key) ?? this.#known.forceFetch(key, { context: layers });
  }
}
