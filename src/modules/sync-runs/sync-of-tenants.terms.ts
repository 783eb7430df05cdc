// The adoption of all tenants as SQL, for whatever asks it of some of them.

import { Prisma } from '../../generated/prisma/client.ts';
import { configurationAdoption } from '../configuration/configuration.changes.ts';

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
    conflicts.open AS open_conflicts,
    CASE WHEN failed.id IS NOT NULL THEN ${ERROR_CODE} END AS error_code,
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
