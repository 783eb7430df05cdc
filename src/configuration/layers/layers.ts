import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration, ConfigVersion, PrismaClient } from '../../generated/prisma/client.ts';
import { type LayerAt, type LayersAt, layersOf, NO_LAYERS } from './document.ts';
import type { Adopted, Holds } from './inherited.ts';
import { configurationEntity } from './layer-entity.ts';

/** The scope of a layer, and whose it is. */
export type LayerPlace = Pick<Configuration, 'scope' | 'tenantId' | 'userId' | 'businessTypeId'>;

/** The layer of the platform. */
export const PLATFORM_LAYER: LayerPlace = {
  scope: 'PLATFORM',
  tenantId: null,
  userId: null,
  businessTypeId: null,
};

/** Names the layer of a business type. */
export function businessTypeLayer(businessTypeId: string): LayerPlace {
  return { scope: 'BUSINESS_TYPE', tenantId: null, userId: null, businessTypeId };
}

/** Names the layer of a tenant. */
export function tenantLayer(tenantId: string): LayerPlace {
  return { scope: 'TENANT', tenantId, userId: null, businessTypeId: null };
}

/** Names the layer of a user in a tenant. */
export function userLayer(tenantId: string, userId: string): LayerPlace {
  return { scope: 'USER', tenantId, userId, businessTypeId: null };
}

/** A layer that this transaction alone changes. */
export interface LockedLayer {
  readonly row: Configuration;
  /** Its last version; null if this transaction writes the first. */
  readonly last: ConfigVersion | null;
}

/** An arbitrary number that no other lock uses. */
const FIRST_PLATFORM_VERSION = 72_707_371;

/** Locks a layer until the transaction ends. One that does not exist comes into being with the version that follows. */
export async function lockLayer(tx: Transaction, place: LayerPlace): Promise<LockedLayer> {
  let found = await tx.db.configuration.findFirst({ where: place });
  if (!found) {
    if (place.scope === 'PLATFORM')
      await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_PLATFORM_VERSION})`;
    const [row] = await tx.db.configuration.createManyAndReturn({ data: place, skipDuplicates: true });
    if (row) return { row, last: null };
    found = await tx.db.configuration.findFirstOrThrow({ where: place });
  }
  await tx.lock(configurationEntity, found.id);
  const row = await tx.db.configuration.findUniqueOrThrow({ where: { id: found.id } });
  const at = { configurationId: row.id, version: row.version };
  const last = await tx.db.configVersion.findUniqueOrThrow({ where: { configurationId_version: at } });
  return { row, last };
}

/**
 * Finds the layer of the platform, and keeps it from being written until the transaction ends; null if nothing was ever
 * set there, and then nothing is until the transaction ends.
 */
export async function holdPlatformLayer(tx: Transaction): Promise<Configuration | null> {
  let found = await tx.db.configuration.findFirst({ where: PLATFORM_LAYER });
  if (!found) {
    await tx.db.$executeRaw`SELECT pg_advisory_xact_lock_shared(${FIRST_PLATFORM_VERSION})`;
    found = await tx.db.configuration.findFirst({ where: PLATFORM_LAYER });
  }
  if (!found) return null;
  await tx.lockAgainstChange(configurationEntity, found.id);
  return tx.db.configuration.findUniqueOrThrow({ where: { id: found.id } });
}

/** The layers that act on a tenant, and on a user in it, at this moment. */
export interface CurrentLayers extends LayersAt {
  /** The version of the tenant's layer, 0 before the first one, and that of what all its users may read. */
  readonly version: number;
  readonly memberVersion: number;
}

/** A client or a transaction that finds layers. */
export type LayerFinder = Pick<PrismaClient, 'configuration' | 'configVersion' | 'tenant'>;

/**
 * Finds the layers that act on a tenant, and on a user in it: locks and floors act from the newest versions of the layers
 * of the platform and of the business type that the tenant has now.
 */
export async function currentLayers(
  db: LayerFinder,
  tenantId: string,
  userId?: string,
): Promise<CurrentLayers> {
  const places = [
    ...(await placesAbove(db, tenantId)),
    tenantLayer(tenantId),
    ...(userId ? [userLayer(tenantId, userId)] : []),
  ];
  const rows = await db.configuration.findMany({ where: { OR: places } });
  const of = (scope: Configuration['scope']) => rows.find((row) => row.scope === scope);
  const tenant = of('TENANT');
  const last = tenant
    ? await db.configVersion.findFirst({ where: { configurationId: tenant.id, version: tenant.version } })
    : null;
  return {
    platform: of('PLATFORM'),
    businessType: of('BUSINESS_TYPE'),
    adopted: (last?.adopted ?? {}) as Adopted,
    holds: (last?.holds ?? {}) as Holds,
    tenant,
    user: of('USER'),
    version: tenant?.version ?? 0,
    memberVersion: tenant?.memberVersion ?? 0,
  };
}

async function placesAbove(db: LayerFinder, tenantId: string): Promise<LayerPlace[]> {
  const tenant = await db.tenant.findFirst({ where: { id: tenantId }, select: { businessTypeId: true } });
  return [PLATFORM_LAYER, ...(tenant?.businessTypeId ? [businessTypeLayer(tenant.businessTypeId)] : [])];
}

/** The layers of the document of one version of a layer; those of a version that never was have nothing set. */
export async function layersInVersion(
  db: Pick<LayerFinder, 'configVersion'>,
  layer: LayerAt & Pick<Configuration, 'scope'>,
  platform: LayerAt | undefined,
): Promise<LayersAt> {
  const at = { configurationId: layer.id, version: layer.version };
  const version = await db.configVersion.findFirst({ where: at });
  return version ? layersOf(layer, version, platform) : NO_LAYERS;
}
