import { MODULE_NAMES, type ModuleName } from '../../core/rights/modules.ts';
import { rooms } from '../../core/rows/room.ts';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import { enabledModules, MODULE_PATHS } from '../catalogue/modules.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { LayerFinder } from './layers.ts';
import type { Reader } from './setting-ledger.ts';

// The modules that are off in tenants are derived from the effective settings, in the transaction that changes them: the
// statement that reads a viewer finds them by index, without the layers of every tenant. No other code writes them.

type Db = Reader & LayerFinder & Pick<PrismaClient, '$executeRaw'>;

/** Derives the modules that are off in a tenant. */
export async function deriveModulesOf(db: Db, tenantId: string): Promise<void> {
  await derive(db, { representative: tenantId, tenantIds: [tenantId] });
}

/**
 * Derives them when a server starts: what a release says of the catalogue and of what modules need may be new. No layer is
 * written meanwhile.
 */
export async function deriveModulesAtStart(prisma: PrismaClient): Promise<void> {
  await prisma.$transaction(async (db) => {
    await db.$executeRaw`LOCK TABLE configuration IN SHARE MODE`;
    await deriveModulesOfAll(db);
  });
}

/**
 * Derives the modules that are off in every tenant. Tenants of one business type that have adopted the same, hold the same
 * and have set the same have the same ones: the settings are computed once for each such group.
 */
export async function deriveModulesOfAll(db: Db): Promise<void> {
  const paths = MODULE_PATHS.map(({ path }) => path);
  const groups = await db.$queryRaw<Group[]>`
    SELECT min(tenant.id::text) AS representative, array_agg(tenant.id) AS "tenantIds"
    FROM tenant
    LEFT JOIN configuration AS layer ON layer.tenant_id = tenant.id AND layer.scope = 'TENANT'
    LEFT JOIN config_version AS last ON last.configuration_id = layer.id AND last.version = layer.version
    CROSS JOIN LATERAL (
      SELECT jsonb_object_agg(path, jsonb_build_array(setting, is_passed_over)) AS settings FROM (
        SELECT DISTINCT ON (path) path, setting,
          coalesce(version <= (last.holds -> layer.id::text ->> path)::int, false) AS is_passed_over
        FROM config_setting
        WHERE configuration_id = layer.id AND path = ANY (${paths})
        ORDER BY path, version DESC
      ) AS newest
    ) AS own
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_array(of_layer.key, of_path.key, of_path.value) ORDER BY of_layer.key, of_path.key) AS above
      FROM jsonb_each(last.holds) AS of_layer, jsonb_each(of_layer.value) AS of_path
      WHERE of_layer.key <> layer.id::text AND of_path.key = ANY (${paths})
    ) AS held
    GROUP BY last.adopted, held.above, tenant.business_type_id, own.settings`;
  for (const group of groups) await derive(db, group);
}

/** Tenants with the same modules, and one of them. */
interface Group {
  readonly representative: string;
  readonly tenantIds: readonly string[];
}

async function derive(db: Db, { representative, tenantIds }: Group): Promise<void> {
  const { document } = await effectiveSettings(db, representative, undefined, MODULE_PATHS);
  const on = enabledModules(document);
  const off = MODULE_NAMES.filter((module) => !on.has(module));
  const again = await db.$queryRaw<{ tenantId: string; module: ModuleName }[]>`
    DELETE FROM module_off WHERE tenant_id = ANY (${tenantIds}::uuid[]) AND NOT module = ANY (${off}::text[])
    RETURNING tenant_id AS "tenantId", module`;
  if (again.length > 0) await resume(db, again);
  await db.$executeRaw`
    INSERT INTO module_off (tenant_id, module)
    SELECT tenant_id, module FROM unnest(${tenantIds}::uuid[]) AS tenant_id, unnest(${off}::text[]) AS module
    ON CONFLICT DO NOTHING`;
}

/** Makes ready what waited for its module. The index over what has no time for its next try finds it. */
async function resume(db: Db, again: readonly { tenantId: string; module: ModuleName }[]): Promise<void> {
  const kinds = [...rooms.modules].filter(([, module]) => again.some((one) => one.module === module));
  await db.$executeRaw`
    UPDATE due_work SET try_at = due_at
    FROM unnest(${again.map(({ tenantId }) => tenantId)}::uuid[], ${again.map(({ module }) => module)}::text[])
        AS again (tenant_id, module)
      JOIN unnest(${kinds.map(([kind]) => kind)}::text[], ${kinds.map(([, module]) => module)}::text[])
        AS of (kind, module) USING (module)
    WHERE due_work.feed = again.tenant_id AND due_work.kind = of.kind AND try_at IS NULL AND parked_at IS NULL`;
}

/** Lets work of a kind wait: it has no time for its next try until `resume` gives it one, and this was no try. */
export async function letWait(
  db: Pick<Db, '$executeRaw'>,
  kind: string,
  subjectIds: readonly string[],
): Promise<void> {
  await db.$executeRaw`
    UPDATE due_work SET tries = tries - 1, try_at = NULL
    WHERE kind = ${kind} AND subject_id = ANY (${subjectIds}::uuid[])`;
}

/** Like `isOffIn`; the module stays off until the transaction that asks has ended. */
export async function holdModuleOff(
  db: Pick<PrismaClient, '$queryRaw'>,
  module: ModuleName,
  tenantId: string,
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM module_off WHERE tenant_id = ${tenantId}::uuid AND module = ${module} FOR SHARE`;
  return rows.length > 0;
}

/** Tells whether a module is off in a tenant, as the transaction that asks sees it. */
export async function isOffIn(
  db: Pick<PrismaClient, '$queryRaw'>,
  module: ModuleName,
  tenantId: string,
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM module_off WHERE tenant_id = ${tenantId}::uuid AND module = ${module}`;
  return rows.length > 0;
}

/**
 * The SQL of a viewer's `modulesOff`, for a statement in which `person` is its user. Of a user of a tenant it is a look at
 * the index. Of users of the platform it costs as many rows as there are modules off in tenants, none in most
 * installations, and names of each module the fewer: the tenants without it, or those that have it.
 */
export const MODULES_OFF_OF_PERSON = Prisma.sql`
  coalesce((
    SELECT jsonb_object_agg(module, jsonb_build_object('isAllBut', is_all_but, 'tenants', tenants)) FROM (
      SELECT module, false AS is_all_but, jsonb_agg(tenant_id ORDER BY tenant_id) AS tenants FROM module_off
      WHERE tenant_id = ANY (CASE WHEN person.tenant_id IS NULL
        THEN ARRAY(SELECT id FROM tenant WHERE organization_id = person.organization_id)
        ELSE ARRAY[person.tenant_id] END)
      GROUP BY module
      UNION ALL
      SELECT module, 2 * count(*) > total.count, CASE WHEN 2 * count(*) > total.count
        THEN (SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') FROM tenant WHERE NOT EXISTS (
          SELECT FROM module_off AS off WHERE off.tenant_id = tenant.id AND off.module = module_off.module))
        ELSE jsonb_agg(tenant_id ORDER BY tenant_id) END
      FROM module_off, (SELECT count(*) FROM tenant) AS total
      WHERE person.tenant_id IS NULL AND person.organization_id IS NULL
      GROUP BY module, total.count
    ) AS off
  ), '{}')`;
