import type { ConfigVersion } from '../../generated/prisma/client.ts';
import { CONFIGURATION_TYPES, type ConfigurationType } from '../catalogue/catalogue-path.ts';

/**
 * The versions that a tenant has adopted, by the id of a layer above it and the configuration type. So the versions of
 * two business types are never compared.
 */
export type Adopted = Readonly<Record<string, Readonly<Partial<Record<ConfigurationType, number>>>>>;

/** The layers above in a version of a layer: what its feed knows of them, and what it has adopted. */
export type Inherited = Pick<
  ConfigVersion,
  'platformVersion' | 'businessLayerId' | 'businessVersion' | 'adopted'
>;

/** Nothing was set above when the layer had no version yet. */
export const NOTHING_INHERITED = {
  platformVersion: 0,
  businessLayerId: null,
  businessVersion: 0,
  adopted: {},
} as const satisfies Inherited;

/** The layers above in the last version of a layer. */
export function inheritedIn(last: Inherited | null): Inherited {
  if (!last) return NOTHING_INHERITED;
  const { platformVersion, businessLayerId, businessVersion, adopted } = last;
  return { platformVersion, businessLayerId, businessVersion, adopted };
}

/** The version of a layer that was adopted of a configuration type; 0 for none. */
export function adoptedOf(adopted: Adopted, layerId: string, type: ConfigurationType): number {
  return adopted[layerId]?.[type] ?? 0;
}

/** One version of a layer for each configuration type. */
export function everyTypeAt(version: number): Adopted[string] {
  return Object.fromEntries(CONFIGURATION_TYPES.map((type) => [type, version]));
}
