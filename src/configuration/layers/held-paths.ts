import { knownPath } from '../catalogue/catalogue.ts';
import { type Adopted, adoptedOf, type Holds } from './inherited.ts';

/** Holds paths of some layers at the versions that are adopted. A path that is held already stays where it is. */
export function holding(
  holds: Holds,
  adopted: Adopted,
  layerIds: readonly string[],
  paths: readonly string[],
): Holds {
  const entries = paths.flatMap((path) => knownPath(path) ?? []);
  return merged(holds, layerIds, (layerId, held) => ({
    ...Object.fromEntries(entries.map(({ path, type }) => [path, adoptedOf(adopted, layerId, type)])),
    ...held,
  }));
}

/** Ends the holds of paths on the layers above a tenant's own. */
export function releasingAbove(holds: Holds, ownId: string, paths: readonly string[]): Holds {
  const layerIds = Object.keys(holds).filter((layerId) => layerId !== ownId);
  return merged(holds, layerIds, (_layerId, held) =>
    Object.fromEntries(Object.entries(held).filter(([path]) => !paths.includes(path))),
  );
}

/** A layer without a hold is left out, so that equal holds are equal values. */
function merged(
  holds: Holds,
  layerIds: readonly string[],
  next: (layerId: string, held: Holds[string]) => Holds[string],
): Holds {
  const changed = layerIds.map((layerId) => [layerId, next(layerId, holds[layerId] ?? {})] as const);
  const all = Object.entries({ ...holds, ...Object.fromEntries(changed) });
  return Object.fromEntries(all.filter(([, held]) => Object.keys(held).length > 0));
}
