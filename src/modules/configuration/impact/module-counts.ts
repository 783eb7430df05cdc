import { enabledModules } from '../../../configuration/catalogue/modules.ts';
import type { Document } from '../../../configuration/layers/document.ts';
import { MODULE_NAMES, type ModuleName } from '../../../core/rights/modules.ts';

/** The numbers of tenants in which a module is switched on, and off. */
export interface ModuleSwitch {
  readonly name: ModuleName;
  readonly onCount: number;
  readonly offCount: number;
}

/** Counts the tenants in which modules are switched, also those that are off with another one. */
export class ModuleCounts {
  readonly #on = new Map<ModuleName, number>();
  readonly #off = new Map<ModuleName, number>();

  /** Adds tenants with their settings before and after. */
  add(tenants: number, before: Document, after: Document): void {
    const [old, now] = [enabledModules(before), enabledModules(after)];
    for (const name of MODULE_NAMES) {
      if (old.has(name) === now.has(name)) continue;
      const counts = now.has(name) ? this.#on : this.#off;
      counts.set(name, (counts.get(name) ?? 0) + tenants);
    }
  }

  /** The modules that are switched somewhere. */
  switches(): readonly ModuleSwitch[] {
    return MODULE_NAMES.map((name) => ({
      name,
      onCount: this.#on.get(name) ?? 0,
      offCount: this.#off.get(name) ?? 0,
    })).filter(({ onCount, offCount }) => onCount + offCount > 0);
  }
}
