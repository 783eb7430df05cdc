import type { ConfigVersion } from '../../generated/prisma/client.ts';
import { CONFIGURATION_TYPES, type ConfigurationType } from '../catalogue/catalogue-path.ts';

/**
 * The versions that a tenant has adopted, by the id of a layer above it and the configuration type. So the versions of
 * two business types are never compared.
 */
export type Adopted = Readonly<Record<string, Readonly<Partial<Record<ConfigurationType, number>>>>>;

/**
 * The versions at which a tenant holds paths, by the id of a layer and the path. Of a layer above it, the path is read at
 * that version and not at the adopted one: for an opt-out or an open conflict. Of its own layer, the platform wins over
 * what that version or one before it set; what is written later acts.
 */
export type Holds = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The layers above in a version of a layer: what its feed knows of them, what it has adopted, and what it holds. */
export type Inherited = Pick<
  ConfigVersion,
  'platformVersion' | 'businessLayerId' | 'businessVersion' | 'adopted' | 'holds'
>;

/** Nothing was set above when the layer had no version yet. */
export const NOTHING_INHERITED = {
  platformVersion: 0,
  businessLayerId: null,
  businessVersion: 0,
  adopted: {},
  holds: {},
} as const satisfies Inherited;

/** The layers above in the last version of a layer. */
export function inheritedIn(last: Inherited | null): Inherited {
  if (!last) return NOTHING_INHERITED;
  const { platformVersion, businessLayerId, businessVersion, adopted, holds } = last;
  return { platformVersion, businessLayerId, businessVersion, adopted, holds };
}

/** The version of a layer that was adopted of a configuration type; 0 for none. */
export function adoptedOf(adopted: Adopted, layerId: string, type: ConfigurationType): number {
  return adopted[layerId]?.[type] ?? 0;
}

/** The version at which a path of a layer is held; undefined if it is not. */
export function heldAt(holds: Holds, layerId: string, path: string): number | undefined {
  return holds[layerId]?.[path];
}

/** The holds on some layers: those on all others end. */
export function holdsOn(holds: Holds, layerIds: readonly string[]): Holds {
  return Object.fromEntries(Object.entries(holds).filter(([layerId]) => layerIds.includes(layerId)));
}

/** The holds without those of some paths, but on one layer. */
export function withoutPaths(holds: Holds, paths: readonly string[], but: string): Holds {
  const left = (of: Holds[string]) => Object.entries(of).filter(([path]) => !paths.includes(path));
  return Object.fromEntries(
    Object.entries(holds).map(([id, of]) => [id, id === but ? of : Object.fromEntries(left(of))]),
  );
}

/** One version of a layer for each configuration type. */
export function everyTypeAt(version: number): Adopted[string] {
  return Object.fromEntries(CONFIGURATION_TYPES.map((type) => [type, version]));
}
