// The adoption of each type of settings by some tenants, as SQL. Tenants that have adopted the same versions lack the same
// types, so the ledger of a layer is read once for each version that some of them have adopted, not for each tenant.

import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { CONFIGURATION_TYPES, type ConfigurationType } from '../../configuration/catalogue/catalogue-path.ts';
import { Prisma, type TenantSync } from '../../generated/prisma/client.ts';
import { SYNC_OF_TENANTS } from './sync-of-tenants.terms.ts';

/** The status of one type of settings. */
export interface StatusOfType {
  readonly type: ConfigurationType;
  readonly status: TenantSync['status'];
}

/** The statuses by type that a row tells, in the order of the types. */
export function statusesByType(
  row: Pick<TenantSync, 'status' | 'pendingTypes' | 'conflictTypes'>,
): readonly StatusOfType[] {
  return CONFIGURATION_TYPES.map((type) => {
    const adopted = row.conflictTypes.includes(type) ? 'PARTIAL' : 'SUCCESS';
    return { type, status: row.pendingTypes.includes(type) ? row.status : adopted };
  });
}

/** The types of the paths. A path that has left the catalogue has none. */
const TYPED_PATH = Prisma.sql`
  SELECT * FROM unnest(
    ${CATALOGUE.map(({ path }) => path)}::text[], ${CATALOGUE.map(({ type }) => type)}::text[]) AS typed (path, type)`;

/** The status, the types that are not adopted and those in conflict, sorted, of the tenants whose ids a query selects. */
export function syncByTypeOf(tenantIds: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    WITH sync AS MATERIALIZED (
      SELECT tenant_id, status, error_code, open_conflicts,
        (platform ->> 'layerId')::uuid AS platform_id, (platform ->> 'newestVersion')::int AS platform_newest,
        (platform ->> 'adoptedVersion')::int AS platform_adopted,
        (business_type ->> 'layerId')::uuid AS business_id, (business_type ->> 'newestVersion')::int AS business_newest,
        (business_type ->> 'adoptedVersion')::int AS business_adopted
      FROM (${SYNC_OF_TENANTS}) AS every_tenant WHERE tenant_id IN (${tenantIds})
    ),
    gap AS (
      SELECT platform_id AS layer_id, platform_adopted AS adopted FROM sync WHERE platform_adopted < platform_newest
      UNION
      SELECT business_id, business_adopted FROM sync WHERE business_adopted < business_newest
    ),
    lacked AS MATERIALIZED (
      SELECT layer_id, adopted, array_agg(DISTINCT type) AS types
      FROM gap
      JOIN config_setting ON configuration_id = layer_id AND version > adopted
      JOIN (${TYPED_PATH}) AS typed USING (path)
      GROUP BY layer_id, adopted
    )
    SELECT tenant_id, status, error_code,
      ARRAY(SELECT DISTINCT unnest(of_platform.types || of_business.types) AS type ORDER BY type) AS pending_types,
      ARRAY(
        SELECT DISTINCT type FROM config_conflict JOIN (${TYPED_PATH}) AS typed USING (path)
        WHERE open_conflicts > 0 AND config_conflict.tenant_id = sync.tenant_id AND config_conflict.status = 'OPEN'
        ORDER BY type
      ) AS conflict_types
    FROM sync
    LEFT JOIN lacked AS of_platform ON of_platform.layer_id = platform_id AND of_platform.adopted = platform_adopted
    LEFT JOIN lacked AS of_business ON of_business.layer_id = business_id AND of_business.adopted = business_adopted`;
}
