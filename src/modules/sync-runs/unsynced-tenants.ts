import type { PrismaClient } from '../../generated/prisma/client.ts';
import { SYNC_OF_TENANTS } from './sync-of-tenants.terms.ts';

type Db = Pick<PrismaClient, '$queryRaw'>;

/** Those of some tenants that are below the layer of the platform or, if one is given, of a business type. */
export async function tenantsBelow(
  db: Db,
  businessTypeId: string | null,
  tenantIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM tenant WHERE id = ANY(${tenantIds}::uuid[])
      AND (${businessTypeId}::uuid IS NULL OR business_type_id = ${businessTypeId}::uuid)`;
  return new Set(rows.map(({ id }) => id));
}

/** The tenants that are meant. */
interface Meant {
  readonly businessTypeId: string | null;
  /** Null: all. */
  readonly tenantIds: readonly string[] | null;
  readonly max: number;
}

/** The tenants below a layer that are PENDING or FAILED by the ledgers, by id. */
export async function unsyncedTenants(
  db: Db,
  { businessTypeId, tenantIds, max }: Meant,
): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT tenant.id FROM tenant JOIN (${SYNC_OF_TENANTS}) AS sync ON sync.tenant_id = tenant.id
    WHERE sync.status IN ('PENDING', 'FAILED') AND tenant.status <> 'ARCHIVED'
      AND (${businessTypeId}::uuid IS NULL OR business_type_id = ${businessTypeId}::uuid)
      AND (${tenantIds}::uuid[] IS NULL OR tenant.id = ANY(${tenantIds}::uuid[]))
    ORDER BY tenant.id LIMIT ${max}`;
  return rows.map(({ id }) => id);
}
