import { resolve } from '../algebra/resolve.ts';
import type { Step } from '../algebra/settings.ts';
import { CATALOGUE, type KnownPath } from '../catalogue/catalogue.ts';
import { type Document, stepsAt } from './document.ts';
import { type CurrentLayers, currentLayers, type LayerFinder } from './layers.ts';
import type { Reader } from './setting-ledger.ts';

/** The settings that act on a tenant, or on a user in it, and the layers from which they follow. */
export interface EffectiveSettings {
  readonly layers: CurrentLayers;
  readonly document: Document;
  /** The settings of each path, from the top: why its value is this one. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
}

/**
 * Computes the settings that act on a tenant at this moment, or on a user in it. Every room that obeys a setting asks
 * here, inside its transaction if what it decides must hold until its COMMIT: there is no second way to a value.
 */
export async function effectiveSettings(
  db: Reader & LayerFinder,
  tenantId: string,
  userId?: string,
  paths: readonly KnownPath[] = CATALOGUE,
): Promise<EffectiveSettings> {
  const layers = await currentLayers(db, tenantId, userId);
  const steps = await stepsAt(db, layers, paths);
  const document = new Map(paths.map((entry) => [entry.path, resolve(entry, steps.get(entry.path) ?? [])]));
  return { layers, document, steps };
}
