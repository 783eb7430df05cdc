import { isEqual } from '../../configuration/algebra/json.ts';
import { CATALOGUE, type KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { changedPaths } from '../../configuration/layers/changed-paths.ts';
import { type LayerAt, layersOf, NO_LAYERS } from '../../configuration/layers/document.ts';
import { holding, releasingAbove } from '../../configuration/layers/held-paths.ts';
import {
  type Adopted,
  everyTypeAt,
  type Holds,
  holdsOn,
  type Inherited,
  inheritedIn,
  NOTHING_INHERITED,
} from '../../configuration/layers/inherited.ts';
import { writeVersion } from '../../configuration/layers/layer-versions.ts';
import {
  businessTypeLayer,
  currentLayers,
  holdPlatformLayer,
  type LockedLayer,
  lockLayer,
  PLATFORM_LAYER,
  tenantLayer,
} from '../../configuration/layers/layers.ts';
import { pathsWritten } from '../../configuration/layers/setting-ledger.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { type Configuration, Prisma, type Tenant } from '../../generated/prisma/client.ts';
import { businessTypeEntity } from '../business-types/business-types.changes.ts';
import { countOpenConflicts } from '../config-conflicts/config-conflicts.requests.ts';
import { configurationAdoption } from './configuration.changes.ts';
import { decidedByRules } from './decided-by-rules.ts';
import { endOptOutsOfType } from './opt-outs/opt-out-ends.ts';
import { activeOptOuts, pathsOf } from './opt-outs/opted-out.requests.ts';

/**
 * Schedules the adoption of the newest version of a layer by every tenant below it, in one statement. The layer of the
 * platform is locked, and so is a business type whose layer is written; a tenant that is being created, or that gets the
 * business type, holds it: it is among them, or begins with this version.
 */
export async function scheduleAdoptions(tx: Transaction, businessTypeId: string | null): Promise<void> {
  await tx.scheduleNow(
    configurationAdoption,
    Prisma.sql`SELECT id, id AS feed FROM tenant
      WHERE ${businessTypeId}::uuid IS NULL OR business_type_id = ${businessTypeId}::uuid`,
  );
}

/** The part of a tenant that adopting needs. */
export type Adopting = Pick<Tenant, 'id' | 'businessTypeId'>;

/** Has a new tenant begin with the newest versions above it. */
export async function beginWithNewest(tx: Transaction, tenant: Adopting): Promise<void> {
  await holdPlatformLayer(tx);
  await adoptOfType(tx, tenant, null);
}

/**
 * Has a tenant adopt the newest versions above it with its business type, which is new to it: what it inherited until now
 * is the base, and nothing of another type stays, nor an opt-out from what the former one has set.
 */
export async function adoptOfType(
  tx: Transaction,
  tenant: Adopting,
  formerTypeId: string | null,
): Promise<AdoptionOutcome> {
  if (tenant.businessTypeId) await tx.lockAgainstChange(businessTypeEntity, tenant.businessTypeId);
  const released = formerTypeId ? await endOptOutsOfType(tx, tenant.id, formerTypeId) : [];
  return adoptNewest(tx, tenant, { released, isOfNewType: true });
}

/** The outcome of an adoption: PARTIAL if conflicts are open after it. */
export interface AdoptionOutcome {
  readonly status: 'SUCCESS' | 'PARTIAL';
  readonly changedPaths: readonly string[];
  readonly openConflicts: number;
  /** The layers above in the last version of the tenant's layer. */
  readonly inherited: Inherited;
}

const NOTHING_ADOPTED: AdoptionOutcome = {
  status: 'SUCCESS',
  changedPaths: [],
  openConflicts: 0,
  inherited: NOTHING_INHERITED,
};

/** The occasion of an adoption. */
interface Occasion {
  /** ADOPT if absent. */
  readonly step?: 'ADOPT' | 'CATCH_UP';
  /** The user who asked for it. Absent or null: the system. */
  readonly actorId?: string | null;
  /** The paths of opt-outs that have ended: they are held no more. */
  readonly released?: readonly string[];
  /** Whether the business type is new to the tenant, which then begins with its newest version of every path. */
  readonly isOfNewType?: boolean;
}

/**
 * Has a tenant adopt the newest versions above it, unless it has already. Two versions are one adoption. What it holds
 * stays, and what it has opted out of stays on a layer that is new above it, too.
 */
export async function adoptNewest(
  tx: Transaction,
  { id, businessTypeId }: Adopting,
  { step = 'ADOPT', actorId = null, released = [], isOfNewType = false }: Occasion = {},
): Promise<AdoptionOutcome> {
  const platform = await layerOf(tx, PLATFORM_LAYER);
  const businessType = businessTypeId ? await layerOf(tx, businessTypeLayer(businessTypeId)) : null;
  const isAlone = !platform && !businessType;
  if (isAlone && !(await layerOf(tx, tenantLayer(id)))) return NOTHING_ADOPTED;
  const layer = await lockLayer(tx, tenantLayer(id));
  const { row, last } = layer;
  const known = inheritedIn(last);
  const adopted = newestOf(row, known, platform, businessType);
  const optedOut = (await activeOptOuts(tx.db, id)).flatMap(pathsOf);
  const holds = heldAfter(row, known, adopted, { optedOut, released, isOfNewType });
  const newest = { ...adopted, holds };
  if (isKnown(known, newest)) return outcomeOf(tx, id, known, []);
  const written = await writtenAbove(tx, known, platform, businessType);
  const isOfAnotherType = known.businessLayerId !== newest.businessLayerId;
  const entries = CATALOGUE.filter(
    ({ path }) => isOfAnotherType || written.has(path) || released.includes(path),
  );
  const before = last ? layersOf(row, last, platform ?? undefined) : NO_LAYERS;
  const free = entries.filter(({ path }) => !optedOut.includes(path));
  const reached = free.filter(({ path }) => written.has(path) || released.includes(path));
  const layersAt = (number: number, inherited: Inherited) =>
    layersOf(row, { version: number, ...inherited }, platform ?? undefined);
  const after = layersAt(row.version, newest);
  const adoption = { tenantId: id, before, after, entries: free, reached };
  const decided = await decidedByRules(tx, layer, adoption);
  const inherited = { ...newest, holds: { ...decided.holds } };
  const { settings, causes } = decided;
  const reauthenticateSince = latest(platform, businessType);
  const version = { step, settings, causes, actorId, inherited, reauthenticateSince };
  const { paths: changed } = await writeVersion(tx, layer, version, async (number) =>
    toldOf(entries, await changedPaths(tx.db, before, layersAt(number, inherited), entries), written),
  );
  return outcomeOf(tx, id, inherited, changed);
}

async function outcomeOf(
  { db }: Transaction,
  tenantId: string,
  inherited: Inherited,
  changed: readonly string[],
): Promise<AdoptionOutcome> {
  const openConflicts = await countOpenConflicts(db, tenantId);
  return {
    status: openConflicts > 0 ? 'PARTIAL' : 'SUCCESS',
    changedPaths: changed,
    openConflicts,
    inherited,
  };
}

/** The time from which on sign-ins count above a tenant: it keeps that whatever business type it gets later. */
function latest(...layers: readonly (Configuration | null)[]): Date | null {
  const times = layers.flatMap((layer) => layer?.reauthenticateSince?.getTime() ?? []);
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}

function layerOf({ db }: Transaction, where: typeof PLATFORM_LAYER): Promise<Configuration | null> {
  return db.configuration.findFirst({ where });
}

/** The layers above a tenant that has adopted their newest versions: never an older one than it knows. What it holds stays. */
export function newestOf(
  own: LayerAt,
  known: Inherited,
  platform: LayerAt | null,
  businessType: LayerAt | null,
): Inherited & { readonly adopted: Adopted; readonly holds: Holds } {
  const isSame = businessType !== null && known.businessLayerId === businessType.id;
  const platformVersion = Math.max(known.platformVersion, platform?.version ?? 0);
  const businessVersion = Math.max(isSame ? known.businessVersion : 0, businessType?.version ?? 0);
  const layerIds = [platform, businessType, own].flatMap((layer) => (layer ? [layer.id] : []));
  return {
    platformVersion,
    businessLayerId: businessType?.id ?? null,
    businessVersion,
    adopted: {
      ...(platform && { [platform.id]: everyTypeAt(platformVersion) }),
      ...(businessType && { [businessType.id]: everyTypeAt(businessVersion) }),
    },
    holds: holdsOn(known.holds as Holds, layerIds),
  };
}

function isKnown(known: Inherited, newest: Inherited): boolean {
  return (
    known.platformVersion === newest.platformVersion &&
    known.businessLayerId === newest.businessLayerId &&
    known.businessVersion === newest.businessVersion &&
    isEqual(known.holds as Holds, newest.holds as Holds)
  );
}

/** The holds of a tenant after an adoption: those that stay, without what is released, and those of its opt-outs. */
function heldAfter(
  { id: ownId }: LayerAt,
  { adopted: old }: Inherited,
  { adopted, holds, businessLayerId }: Inherited & { readonly adopted: Adopted; readonly holds: Holds },
  {
    optedOut,
    released,
    isOfNewType,
  }: {
    readonly optedOut: readonly string[];
    readonly released: readonly string[];
    readonly isOfNewType: boolean;
  },
): Holds {
  const above = Object.keys(adopted);
  const begun = isOfNewType && businessLayerId ? { [businessLayerId]: adopted[businessLayerId] ?? {} } : {};
  const left = releasingAbove(holds, ownId, released);
  return holding(left, { ...(old as Adopted), ...begun }, above, optedOut);
}

/** Has a tenant hold paths at what it has adopted of the layers above, as a version of its locked layer. No value changes. */
export async function holdPaths(
  tx: Transaction,
  layer: LockedLayer,
  { paths, actorId }: { readonly paths: readonly string[]; readonly actorId: string },
): Promise<void> {
  const { platform, businessType, adopted, holds } = await currentLayers(tx.db, String(layer.row.tenantId));
  const above = [platform, businessType].flatMap((one) => (one ? [one.id] : []));
  const inherited = { ...inheritedIn(layer.last), holds: { ...holding(holds, adopted, above, paths) } };
  const version = { step: 'OPT_OUT', settings: new Map(), actorId, inherited } as const;
  await writeVersion(tx, layer, version, async () => []);
}

/** The paths that the layers above have written since the tenant's feed knew them, and whether one was strict meanwhile. */
async function writtenAbove(
  { db }: Transaction,
  known: Inherited,
  platform: Configuration | null,
  businessType: Configuration | null,
): Promise<ReadonlyMap<string, { readonly isStrict: boolean }>> {
  const layers = [
    ...(platform ? [{ id: platform.id, after: known.platformVersion }] : []),
    ...(known.businessLayerId ? [{ id: known.businessLayerId, after: known.businessVersion }] : []),
    ...(businessType && businessType.id !== known.businessLayerId ? [{ id: businessType.id, after: 0 }] : []),
  ];
  const written = new Map<string, { readonly isStrict: boolean }>();
  for (const { id, after } of layers) {
    for (const [path, { isStrict }] of await pathsWritten(db, id, after)) {
      written.set(path, { isStrict: isStrict || written.get(path)?.isStrict === true });
    }
  }
  return written;
}

/** The paths that the feed of the tenant names: a client may have seen a lock or a floor in between, which acted immediately. */
function toldOf(
  entries: readonly KnownPath[],
  changed: readonly string[],
  written: ReadonlyMap<string, { readonly isStrict: boolean }>,
): readonly string[] {
  return entries
    .map(({ path }) => path)
    .filter((path) => changed.includes(path) || written.get(path)?.isStrict);
}
