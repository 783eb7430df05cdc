// The adoption of layers by tenants, computed from these layers: at every moment it is what the
// ledgers say, whatever became of a run.

import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { CONFIGURATION_TYPES, type ConfigurationType } from '../../configuration/catalogue/catalogue-path.ts';
import { pathsWritten } from '../../configuration/layers/setting-ledger.ts';
import type { PrismaClient, SyncErrorCode, SyncTargetStatus } from '../../generated/prisma/client.ts';
import { pathsInConflict } from '../config-conflicts/config-conflicts.requests.ts';
import { SYNC_OF_TENANTS } from './sync-of-tenants.terms.ts';

/** A layer above a tenant, at its newest version and at the one that the tenant has adopted. */
export interface SyncedLayer {
  readonly layerId: string;
  readonly newestVersion: number;
  readonly adoptedVersion: number;
}

/** The adoption of a tenant. */
export interface TenantSync {
  readonly tenantId: string;
  readonly status: SyncTargetStatus;
  /** Null unless it has failed. */
  readonly errorCode: SyncErrorCode | null;
  /** The number of its conflicts that are open. */
  readonly openConflicts: number;
  /** Null: nothing was ever set there. */
  readonly platform: SyncedLayer | null;
  /** Null: the tenant has no business type, or nothing was ever set there. */
  readonly businessType: SyncedLayer | null;
}

/** Finds how far a tenant has come; null if there is no such tenant. */
export async function syncOfTenant(
  db: Pick<PrismaClient, '$queryRaw'>,
  tenantId: string,
): Promise<TenantSync | null> {
  const [row] = await db.$queryRaw<TenantSync[]>`
    SELECT tenant_id AS "tenantId", status, error_code AS "errorCode", open_conflicts AS "openConflicts", platform,
      business_type AS "businessType"
    FROM (${SYNC_OF_TENANTS}) AS sync WHERE tenant_id = ${tenantId}::uuid`;
  return row ?? null;
}

/** The paths of a layer that a tenant has not adopted yet, sorted. */
export async function pendingPaths(
  db: Pick<PrismaClient, '$queryRaw'>,
  { layerId, adoptedVersion }: SyncedLayer,
): Promise<readonly string[]> {
  return [...(await pathsWritten(db, layerId, adoptedVersion)).keys()].toSorted();
}

/** The adoption of one type of settings by a tenant. */
export interface SyncOfType {
  readonly type: ConfigurationType;
  readonly status: SyncTargetStatus;
  readonly pendingPaths: readonly string[];
  /** The paths that have an open conflict. */
  readonly conflictPaths: readonly string[];
}

/** Finds how far a tenant has come with each type of settings in the layers above it. */
export async function syncByType(
  db: Pick<PrismaClient, '$queryRaw' | 'configConflict'>,
  { tenantId, status, platform, businessType }: TenantSync,
): Promise<readonly SyncOfType[]> {
  const pending = new Set<string>();
  for (const layer of [platform, businessType]) {
    for (const path of layer ? await pendingPaths(db, layer) : []) pending.add(path);
  }
  const disputed = await pathsInConflict(db, tenantId);
  return CONFIGURATION_TYPES.map((type) => {
    const paths = CATALOGUE.filter((entry) => entry.type === type).map(({ path }) => path);
    const pendingPathsOfType = paths.filter((path) => pending.has(path)).toSorted();
    const conflictPaths = paths.filter((path) => disputed.has(path)).toSorted();
    const adopted = conflictPaths.length > 0 ? 'PARTIAL' : 'SUCCESS';
    return {
      type,
      status: pendingPathsOfType.length > 0 ? status : adopted,
      pendingPaths: pendingPathsOfType,
      conflictPaths,
    };
  });
}
