// The adoption of layers by tenants, computed from these layers: at every moment it is what the
// ledgers say, whatever became of a run.

import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { CONFIGURATION_TYPES, type ConfigurationType } from '../../configuration/catalogue/catalogue-path.ts';
import { pathsWritten } from '../../configuration/layers/setting-ledger.ts';
import {
  Prisma,
  type PrismaClient,
  type SyncErrorCode,
  type SyncTargetStatus,
} from '../../generated/prisma/client.ts';
import { configurationAdoption } from '../configuration/configuration.changes.ts';

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

/** How far a tenant has come with one type of settings. */
export interface SyncOfType {
  readonly type: ConfigurationType;
  readonly status: SyncTargetStatus;
  readonly pendingPaths: readonly string[];
}

/** How far a tenant has come with each type of settings in the layers above it. */
export async function syncByType(
  db: Pick<PrismaClient, '$queryRaw'>,
  { status, platform, businessType }: TenantSync,
): Promise<readonly SyncOfType[]> {
  const pending = new Set<string>();
  for (const layer of [platform, businessType]) {
    for (const path of layer ? await pendingPaths(db, layer) : []) pending.add(path);
  }
  return CONFIGURATION_TYPES.map((type) => {
    const paths = CATALOGUE.filter((entry) => entry.type === type && pending.has(entry.path));
    const pendingPathsOfType = paths.map(({ path }) => path).toSorted();
    return { type, status: paths.length > 0 ? status : 'SUCCESS', pendingPaths: pendingPathsOfType };
  });
}

/** The class of the error of parked work: never a value. */
export const ERROR_CODE = Prisma.sql`
  CASE
    WHEN last_error IS NULL THEN 'PROCESS_ENDED'
    WHEN last_error LIKE '% 55P03' THEN 'BUSY'
    WHEN last_error LIKE '% 23___' THEN 'CONSTRAINT'
    ELSE 'INTERNAL' END`;

/** A tenant whose layer has no version has adopted version 0, in which nothing is set. */
export const SYNC_OF_TENANTS = Prisma.sql`
  SELECT tenant.id AS tenant_id,
    CASE
      WHEN failed.id IS NOT NULL THEN 'FAILED'
      WHEN platform_seen.version < platform.version OR business_seen.version < business.version THEN 'PENDING'
      WHEN conflicts.open > 0 THEN 'PARTIAL'
      ELSE 'SUCCESS' END AS status,
    CASE WHEN failed.id IS NOT NULL THEN ${ERROR_CODE} END AS error_code,
    conflicts.open AS open_conflicts,
    CASE WHEN platform.id IS NOT NULL THEN jsonb_build_object(
      'layerId', platform.id, 'newestVersion', platform.version, 'adoptedVersion', platform_seen.version) END AS platform,
    CASE WHEN business.id IS NOT NULL THEN jsonb_build_object(
      'layerId', business.id, 'newestVersion', business.version, 'adoptedVersion', business_seen.version) END AS business_type
  FROM tenant
  LEFT JOIN configuration AS platform ON platform.scope = 'PLATFORM'
  LEFT JOIN configuration AS business
    ON business.scope = 'BUSINESS_TYPE' AND business.business_type_id = tenant.business_type_id
  LEFT JOIN configuration AS own ON own.scope = 'TENANT' AND own.tenant_id = tenant.id
  LEFT JOIN config_version AS last ON last.configuration_id = own.id AND last.version = own.version
  LEFT JOIN due_work AS failed
    ON failed.kind = ${configurationAdoption.kind} AND failed.subject_id = tenant.id AND failed.parked_at IS NOT NULL
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS open FROM config_conflict WHERE tenant_id = tenant.id AND status = 'OPEN'
  ) AS conflicts
  CROSS JOIN LATERAL (SELECT coalesce(last.platform_version, 0) AS version) AS platform_seen
  CROSS JOIN LATERAL (
    SELECT CASE WHEN last.business_layer_id = business.id THEN last.business_version ELSE 0 END AS version
  ) AS business_seen`;
