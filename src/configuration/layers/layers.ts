import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration, ConfigVersion, PrismaClient } from '../../generated/prisma/client.ts';
import { type Adopted, type LayerAt, type LayersAt, layersOf } from './document.ts';
import { configurationEntity } from './layer-entity.ts';

/** The scope of a layer, and whose it is. */
export type LayerPlace = Pick<Configuration, 'scope' | 'tenantId' | 'userId'>;

/** The layer of the platform. */
export const PLATFORM_LAYER: LayerPlace = { scope: 'PLATFORM', tenantId: null, userId: null };

/** Names the layer of a tenant. */
export function tenantLayer(tenantId: string): LayerPlace {
  return { scope: 'TENANT', tenantId, userId: null };
}

/** Names the layer of a user in a tenant. */
export function userLayer(tenantId: string, userId: string): LayerPlace {
  return { scope: 'USER', tenantId, userId };
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

type LayerReader = Pick<PrismaClient, 'configuration' | 'configVersion'>;

/** Finds the layers that act on a tenant, and on a user in it: locks and floors act from the platform's newest version. */
export async function currentLayers(
  db: LayerReader,
  tenantId: string,
  userId?: string,
): Promise<CurrentLayers> {
  const places = [PLATFORM_LAYER, tenantLayer(tenantId), ...(userId ? [userLayer(tenantId, userId)] : [])];
  const rows = await db.configuration.findMany({ where: { OR: places } });
  const of = (scope: Configuration['scope']) => rows.find((row) => row.scope === scope);
  const tenant = of('TENANT');
  const last = tenant
    ? await db.configVersion.findFirst({ where: { configurationId: tenant.id, version: tenant.version } })
    : null;
  return {
    platform: of('PLATFORM'),
    adopted: (last?.adopted ?? {}) as Adopted,
    tenant,
    user: of('USER'),
    version: tenant?.version ?? 0,
    memberVersion: tenant?.memberVersion ?? 0,
  };
}

/** The layers of a tenant as its feed knows them in a version of its layer; those of version 0 have nothing set. */
export async function layersInVersion(
  db: LayerReader,
  tenant: LayerAt,
  platform: LayerAt | undefined,
): Promise<LayersAt> {
  const at = { configurationId: tenant.id, version: tenant.version };
  const version = await db.configVersion.findFirst({ where: at });
  return version ? layersOf(tenant, version, platform) : { adopted: {} };
}
