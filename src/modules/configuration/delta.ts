import { isEqual } from '../../configuration/algebra/json.ts';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { documentAt, type LayerAt, type LayersAt, NO_LAYERS } from '../../configuration/layers/document.ts';
import { type CurrentLayers, currentLayers, layersInVersion } from '../../configuration/layers/layers.ts';
import { pathsWritten } from '../../configuration/layers/setting-ledger.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { readsEveryPath } from './configuration.access.ts';
import { type LayerReader, patchTo, type Replacement, readableBy } from './patch.ts';

/** The changes of the effective settings of a tenant since a version of its layer. */
export interface Delta {
  readonly version: number;
  /** Whether the layer does not know the version; the patch then has every path. */
  readonly isReset: boolean;
  readonly patch: readonly Replacement[];
}

/**
 * Finds what has changed for a viewer since a version of a tenant's layer. A path that a layer above has written since
 * is part of it even if it has the same value: a lock or a floor acts immediately, so a client may have read another one.
 */
export async function deltaSince(
  db: LayerReader,
  tenantId: string,
  since: number,
  viewer: Viewer,
): Promise<Delta> {
  const now = await currentLayers(db, tenantId);
  const version = readsEveryPath(viewer) ? now.version : now.memberVersion;
  const entries = CATALOGUE.filter(readableBy(viewer));
  const document = await documentAt(db, now, entries);
  const isReset = since < 0 || since > version;
  const before = isReset ? null : await layersSince(db, now, since, viewer);
  const old = before && (await documentAt(db, before, entries));
  const written = before ? await writtenSince(db, now, before) : new Set();
  const changed = entries
    .map(({ path }) => path)
    .filter((path) => !old || written.has(path) || !isEqual(old.get(path)?.value, document.get(path)?.value));
  return { version, isReset, patch: patchTo(document, changed) };
}

/** The layers as a viewer may have read them first with this version. */
async function layersSince(
  db: LayerReader,
  { tenant, platform }: CurrentLayers,
  since: number,
  viewer: Viewer,
): Promise<LayersAt> {
  if (!tenant || since === 0) return NO_LAYERS;
  if (readsEveryPath(viewer)) {
    return layersInVersion(db, { id: tenant.id, scope: 'TENANT', version: since }, platform);
  }
  const first = await db.configVersion.findFirst({
    where: { configurationId: tenant.id, memberVersion: since },
    orderBy: { version: 'asc' },
  });
  return layersInVersion(db, { id: tenant.id, scope: 'TENANT', version: first?.version ?? 1 }, platform);
}

/** The paths that the layers above have written since: those of the business type that it had, and that it has now. */
async function writtenSince(
  db: LayerReader,
  { platform, businessType }: CurrentLayers,
  before: LayersAt,
): Promise<ReadonlySet<string>> {
  const old = [before.platform, before.businessType].filter((layer) => layer !== undefined);
  const now = [platform, businessType].filter((layer) => layer !== undefined);
  const isNew = ({ id }: LayerAt) => !old.some((layer) => layer.id === id);
  const layers = [...old, ...now.filter(isNew).map(({ id }) => ({ id, version: 0 }))];
  const written = new Set<string>();
  for (const { id, version } of layers) {
    for (const path of (await pathsWritten(db, id, version)).keys()) written.add(path);
  }
  return written;
}
