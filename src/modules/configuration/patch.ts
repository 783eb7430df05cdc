import type { Json } from '../../configuration/algebra/json.ts';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import type { CataloguePath } from '../../configuration/catalogue/catalogue-path.ts';
import { type Document, documentAt, type LayersAt } from '../../configuration/layers/document.ts';
import {
  currentLayers,
  type LayerFinder,
  layersInVersion,
  PLATFORM_LAYER,
} from '../../configuration/layers/layers.ts';
import type { Reader } from '../../configuration/layers/setting-ledger.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { readsEveryPath } from './configuration.access.ts';

/**
 * An operation of a JSON Patch (RFC 6902) of the document that has a member for each path. Every path has a value at all
 * times, so nothing is added and nothing removed, and an operation that is applied twice does no harm.
 */
export interface Replacement {
  readonly op: 'replace';
  readonly path: string;
  readonly value: Json;
}

/** A client or a transaction that reads layers and their ledgers. */
export type LayerReader = Reader & LayerFinder;

/** Tells which paths a viewer may read. */
export function readableBy(viewer: Viewer): (entry: CataloguePath) => boolean {
  const readsAll = readsEveryPath(viewer);
  return ({ readers }) => readsAll || readers === 'USERS';
}

/** Makes the patch that gives some paths the values that they have in a document. */
export function patchTo(document: Document, paths: readonly string[]): readonly Replacement[] {
  return paths.flatMap((path) => {
    const effective = document.get(path);
    // A path holds neither "~" nor "/", so it is a pointer without any change.
    return effective ? [{ op: 'replace' as const, path: `/${path}`, value: effective.value }] : [];
  });
}

/** Makes the patch of one version of a layer, from the ledgers: at any time the same, whatever was written since. */
export async function patchOfVersion(
  db: LayerReader,
  image: Configuration,
  viewer: Viewer,
): Promise<readonly Replacement[]> {
  const entries = CATALOGUE.filter(readableBy(viewer)).filter(({ path }) => image.paths.includes(path));
  const layers = await layersOfVersion(db, image);
  const document = await documentAt(db, layers, entries);
  return patchTo(
    document,
    entries.map(({ path }) => path),
  );
}

/** The layers of the document of one version of a layer, as its change in the log shows it. */
export async function layersOfVersion(
  db: LayerReader,
  { id, version, scope, tenantId }: Configuration,
): Promise<LayersAt> {
  const at = { id, version, scope };
  if (scope === 'USER' && tenantId) return { ...(await currentLayers(db, tenantId)), user: at };
  const platform = await db.configuration.findFirst({ where: PLATFORM_LAYER });
  return layersInVersion(db, at, platform ?? undefined);
}
