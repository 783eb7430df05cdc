import type { Configuration } from '../../generated/prisma/client.ts';
import { type Effective, resolve } from '../algebra/resolve.ts';
import type { Scope, Step } from '../algebra/settings.ts';
import { CATALOGUE, type KnownPath } from '../catalogue/catalogue.ts';
import { type Adopted, adoptedOf, everyTypeAt, type Holds, heldAt, type Inherited } from './inherited.ts';
import { type Reader, readSettings, type StoredSetting, type Wanted } from './setting-ledger.ts';

/** A layer at one of its versions. */
export interface LayerAt {
  readonly id: string;
  readonly version: number;
}

/** The versions of the layers from which a document is computed. A scope without a layer is absent. */
export interface LayersAt {
  /** The layers above a tenant, at the versions whose locks and floors act. */
  readonly platform?: LayerAt | undefined;
  readonly businessType?: LayerAt | undefined;
  readonly adopted: Adopted;
  readonly holds: Holds;
  readonly tenant?: LayerAt | undefined;
  readonly user?: LayerAt | undefined;
}

/** No layer: every path has the default of the catalogue. */
export const NO_LAYERS: LayersAt = { adopted: {}, holds: {} };

/** The effective settings by path. */
export type Document = ReadonlyMap<string, Effective>;

/** Computes the effective settings of some paths, from the given versions of the layers. */
export async function documentAt(
  db: Reader,
  layers: LayersAt,
  paths: readonly KnownPath[] = CATALOGUE,
): Promise<Document> {
  const steps = await stepsAt(db, layers, paths);
  return new Map(paths.map((entry) => [entry.path, resolve(entry, steps.get(entry.path) ?? [])]));
}

/** Reads the steps of some paths, from the top: the inputs of `resolve`. */
export async function stepsAt(
  db: Reader,
  layers: LayersAt,
  paths: readonly KnownPath[],
): Promise<ReadonlyMap<string, readonly Step[]>> {
  const [steps = new Map<string, Step[]>()] = await stepsAtEach(db, [layers], paths);
  return steps;
}

/** Likewise in several states of the layers, which are read in one statement. */
export async function stepsAtEach(
  db: Reader,
  states: readonly LayersAt[],
  paths: readonly KnownPath[],
): Promise<readonly ReadonlyMap<string, readonly Step[]>[]> {
  const parts = states.map((layers) => partsAt(layers, paths));
  const settings = await readSettings(db, parts.flat());
  let from = 0;
  return states.map((layers, index) => {
    const wanted = parts[index] ?? [];
    const read = settings.slice(from, from + wanted.length);
    from += wanted.length;
    return stepsFrom(layers, wanted, read);
  });
}

/** The settings of some paths that layers are made of: to be read, and handed to `stepsFrom` in the same order. */
export function partsAt(layers: LayersAt, paths: readonly KnownPath[]): readonly StepPart[] {
  return paths.flatMap((entry) => partsOf(layers, entry));
}

/** Makes the steps of layers of the settings that were read for their parts. */
export function stepsFrom(
  layers: LayersAt,
  wanted: readonly StepPart[],
  settings: readonly (StoredSetting | undefined)[],
): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>();
  for (const [index, { path, scope, part }] of wanted.entries()) {
    const of = steps.get(path) ?? [];
    steps.set(path, of);
    const setting = settings[index];
    const isPassedOver =
      scope === 'TENANT' && setting !== undefined && setting.version <= passedOver(layers, path);
    // No one adopts the layer of a tenant or a user: its newest version is the one that acts.
    if (part === 'adopted') of[of.length - 1] = { scope, newest: of.at(-1)?.newest, adopted: setting };
    else of.push({ scope, newest: setting, adopted: isAdopted(scope) ? undefined : setting, isPassedOver });
  }
  return steps;
}

/** Tells whether tenants adopt the layers of a scope. */
function isAdopted(scope: Scope): boolean {
  return scope === 'PLATFORM' || scope === 'BUSINESS_TYPE';
}

/** The last version of the tenant's own layer whose setting of a path is passed over; 0 for none. */
function passedOver({ tenant, holds }: LayersAt, path: string): number {
  return (tenant && heldAt(holds, tenant.id, path)) ?? 0;
}

/** A setting to read, and the part of a step that it becomes. */
export interface StepPart extends Wanted {
  readonly scope: Scope;
  readonly part: 'newest' | 'adopted';
}

function partsOf(
  { platform, businessType, adopted, holds, tenant, user }: LayersAt,
  { path, type }: Pick<KnownPath, 'path' | 'type'>,
): StepPart[] {
  const of = (scope: Scope, part: StepPart['part'], layer: LayerAt | undefined): StepPart[] =>
    layer ? [{ path, scope, part, configurationId: layer.id, version: layer.version }] : [];
  const actingVersion = ({ id }: LayerAt) => heldAt(holds, id, path) ?? adoptedOf(adopted, id, type);
  const above = (scope: Scope, layer: LayerAt | undefined): StepPart[] => [
    ...of(scope, 'newest', layer),
    ...of(scope, 'adopted', layer && { id: layer.id, version: actingVersion(layer) }),
  ];
  return [
    ...above('PLATFORM', platform),
    ...above('BUSINESS_TYPE', businessType),
    ...of('TENANT', 'newest', tenant),
    ...of('USER', 'newest', user),
  ];
}

/**
 * The layers of the document of one version of a layer: of a tenant as its feed knows it, of a business type with the
 * platform as it was when the version was written, of the platform alone.
 */
export function layersOf(
  { id, scope }: Pick<Configuration, 'id' | 'scope'>,
  { version, ...inherited }: Inherited & Pick<LayerAt, 'version'>,
  platform: Pick<LayerAt, 'id'> | undefined,
): LayersAt {
  const layer = { id, version };
  const adopted = inherited.adopted as Adopted;
  const holds = inherited.holds as Holds;
  if (scope === 'PLATFORM') return { platform: layer, adopted: { [id]: everyTypeAt(version) }, holds };
  const above = platform && { id: platform.id, version: inherited.platformVersion };
  if (scope === 'BUSINESS_TYPE') {
    return {
      platform: above,
      businessType: layer,
      adopted: { ...adopted, [id]: everyTypeAt(version) },
      holds,
    };
  }
  const { businessLayerId, businessVersion } = inherited;
  const businessType = businessLayerId ? { id: businessLayerId, version: businessVersion } : undefined;
  return { platform: above, businessType, adopted, holds, tenant: layer };
}
