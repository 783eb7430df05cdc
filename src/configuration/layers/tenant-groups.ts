import type { Permission } from '../../core/rights/permissions.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import type { KnownPath } from '../catalogue/catalogue.ts';
import type { LayerAt } from './document.ts';
import type { Inherited } from './inherited.ts';
import type { Reader } from './setting-ledger.ts';

// Tenants on whom some paths act alike are looked at together, and so are their users: what a change of a layer does to
// five thousand tenants costs as many statements as what it does to one.

/** The tenants below a layer: all, those of a business type, or one. */
export interface Below {
  readonly tenantId: string | null;
  readonly businessTypeId: string | null;
}

/** Tenants of one business type that have adopted the same, hold the same and have set the same. One of them is `tenant`. */
export interface TenantGroup {
  readonly key: string;
  readonly count: number;
  /** The first of them by id. */
  readonly tenantIds: readonly string[];
  readonly businessTypeId: string | null;
  readonly businessType: LayerAt | null;
  readonly tenant: LayerAt | null;
  /** The layers above in the last version of the tenant’s layer; null if it has none. */
  readonly inherited: Inherited | null;
  /** The paths that have an open conflict, which holds them. */
  readonly disputed: readonly string[];
  /** Those of them whose conflict is a proposal. */
  readonly proposed: readonly string[];
}

/** The users of a group of tenants that have one role and the same permissions of their own. */
export interface UsersOfGroup {
  readonly key: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  readonly count: number;
}

/** The users of a group of tenants that have set the same themselves. `layer` is that of one of them. */
export interface UserGroup {
  readonly key: string;
  readonly layer: LayerAt;
  readonly count: number;
}

/** The paths by which tenants are grouped, and the most groups to read; null: all. */
export interface Grouping {
  readonly below: Below;
  readonly paths: readonly KnownPath[];
  readonly max: number | null;
}

/** The most tenants of a group that are named. */
export const NAMED_TENANTS = 20;

/** Groups the tenants below a layer, in one statement. */
export function tenantGroups(db: Reader, { below, paths, max }: Grouping): Promise<TenantGroup[]> {
  return db.$queryRaw<TenantGroup[]>`
    WITH reached AS (${reached(below, paths)})
    SELECT key, count(*)::int AS count, (array_agg(id ORDER BY id))[1:${NAMED_TENANTS}] AS "tenantIds",
      (array_agg(business_type_id ORDER BY id))[1] AS "businessTypeId",
      (array_agg(business_type ORDER BY id))[1] AS "businessType",
      (array_agg(tenant ORDER BY id))[1] AS tenant, (array_agg(inherited ORDER BY id))[1] AS inherited,
      (array_agg(disputed ORDER BY id))[1] AS disputed, (array_agg(proposed ORDER BY id))[1] AS proposed
    FROM reached GROUP BY key LIMIT ${max}::int`;
}

/** Counts the users of groups of tenants by role; by their own permissions, too, if these matter. */
export function usersOfGroups(
  db: Reader,
  { below, paths, max }: Grouping,
  permissionsMatter: boolean,
): Promise<UsersOfGroup[]> {
  return db.$queryRaw<UsersOfGroup[]>`
    WITH reached AS (${reached(below, paths)})
    SELECT key, role, CASE WHEN ${permissionsMatter} THEN permissions ELSE '{}' END AS permissions, count(*)::int AS count
    FROM reached JOIN "user" ON "user".tenant_id = reached.id
    WHERE erased_at IS NULL
    GROUP BY 1, 2, 3 LIMIT ${max}::int`;
}

/** Groups the users that have set one of the paths themselves. */
export function userGroups(db: Reader, { below, paths, max }: Grouping): Promise<UserGroup[]> {
  return db.$queryRaw<UserGroup[]>`
    WITH reached AS (${reached(below, paths)})
    SELECT reached.key, count(*)::int AS count,
      (array_agg(jsonb_build_object('id', mine.id, 'version', mine.version) ORDER BY mine.id))[1] AS layer
    FROM reached
    JOIN "user" ON "user".tenant_id = reached.id AND erased_at IS NULL
    JOIN configuration AS mine ON mine.tenant_id = reached.id AND mine.user_id = "user".id
    CROSS JOIN LATERAL (${settingsIn(Prisma.raw('mine.id'), paths)}) AS own
    WHERE own.settings IS NOT NULL
    GROUP BY reached.key, own.settings LIMIT ${max}::int`;
}

/** The key of the users that belong to no tenant. No group of tenants has it. */
export const ABOVE_TENANTS = 'ABOVE_TENANTS';

/**
 * The users of groups of tenants, for statements about what is theirs: their ids as `user_id`, those of their tenants as
 * `tenant_id`, and the `key` of the group. Below the platform, users that belong to no tenant are among them.
 */
export function usersWithKeys({ below, paths }: Grouping): Prisma.Sql {
  const ofTenants = Prisma.sql`
    SELECT "user".id AS user_id, reached.id AS tenant_id, reached.key
    FROM (${reached(below, paths)}) AS reached JOIN "user" ON "user".tenant_id = reached.id`;
  if (below.tenantId ?? below.businessTypeId) return ofTenants;
  return Prisma.sql`${ofTenants}
    UNION ALL SELECT id, NULL::uuid, ${ABOVE_TENANTS} FROM "user" WHERE tenant_id IS NULL`;
}

/** Counts the users that belong to no tenant: on them the layer of the platform acts alone. */
export async function usersAboveTenants(db: Reader): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "user" WHERE tenant_id IS NULL AND erased_at IS NULL`;
  return row?.count ?? 0;
}

/** The tenants below a layer with the layers that act on them. Those with one key are alike in the paths. */
function reached({ tenantId, businessTypeId }: Below, paths: readonly KnownPath[]): Prisma.Sql {
  const names = paths.map(({ path }) => path);
  const layerAt = (name: string) =>
    Prisma.raw(
      `CASE WHEN ${name}.id IS NOT NULL THEN jsonb_build_object('id', ${name}.id, 'version', ${name}.version) END`,
    );
  return Prisma.sql`
    SELECT tenant.id, tenant.business_type_id, ${layerAt('of_type')} AS business_type, ${layerAt('layer')} AS tenant,
      CASE WHEN last.id IS NOT NULL THEN jsonb_build_object(
        'platformVersion', last.platform_version, 'businessLayerId', last.business_layer_id,
        'businessVersion', last.business_version, 'adopted', last.adopted, 'holds', last.holds) END AS inherited,
      conflicts.disputed, conflicts.proposed,
      md5(jsonb_build_array(last.adopted, held.above, tenant.business_type_id, own.settings, conflicts.disputed,
        conflicts.proposed)::text) AS key
    FROM tenant
    LEFT JOIN configuration AS layer ON layer.tenant_id = tenant.id AND layer.scope = 'TENANT'
    LEFT JOIN config_version AS last ON last.configuration_id = layer.id AND last.version = layer.version
    LEFT JOIN configuration AS of_type
      ON of_type.business_type_id = tenant.business_type_id AND of_type.scope = 'BUSINESS_TYPE'
    CROSS JOIN LATERAL (${settingsIn(Prisma.raw('layer.id'), paths, PASSED_OVER_AT)}) AS own
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_array(of_layer.key, of_path.key, of_path.value) ORDER BY of_layer.key, of_path.key) AS above
      FROM jsonb_each(last.holds) AS of_layer, jsonb_each(of_layer.value) AS of_path
      WHERE of_layer.key <> layer.id::text AND of_path.key = ANY (${names})
    ) AS held
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(path ORDER BY path), '[]') AS disputed,
        coalesce(jsonb_agg(path ORDER BY path) FILTER (WHERE is_proposal), '[]') AS proposed
      FROM config_conflict
      WHERE tenant_id = tenant.id AND status = 'OPEN' AND path = ANY (${names})
    ) AS conflicts
    WHERE (${tenantId}::uuid IS NULL OR tenant.id = ${tenantId}::uuid)
      AND (${businessTypeId}::uuid IS NULL OR tenant.business_type_id = ${businessTypeId}::uuid)`;
}

/** The version up to which the tenant's own setting of a path is passed over. */
const PASSED_OVER_AT = Prisma.sql`(last.holds -> layer.id::text ->> path)::int`;

/** The settings of some paths in a layer, as they are now, each with whether it is passed over; null if it never had any. */
function settingsIn(
  layerId: Prisma.Sql,
  paths: readonly KnownPath[],
  passedOverAt = Prisma.sql`NULL::int`,
): Prisma.Sql {
  return Prisma.sql`
    SELECT jsonb_object_agg(path, jsonb_build_array(setting, is_passed_over)) AS settings FROM (
      SELECT DISTINCT ON (path) path, setting, coalesce(version <= ${passedOverAt}, false) AS is_passed_over
      FROM config_setting
      WHERE configuration_id = ${layerId} AND path = ANY (${paths.map(({ path }) => path)})
      ORDER BY path, version DESC
    ) AS newest`;
}
