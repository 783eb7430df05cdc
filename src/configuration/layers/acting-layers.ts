import { Prisma } from '../../generated/prisma/client.ts';
import type { LayerAt, LayersAt } from './document.ts';
import { everyTypeAt } from './inherited.ts';
import type { Reader } from './setting-ledger.ts';

/** A layer at one of its versions, as one moment has it. */
interface ActingLayer extends LayerAt {
  /** After a restore a version can be written a second time, with other settings. */
  readonly writtenAt: string;
  /** Sign-ins from before it do not count. */
  readonly reauthenticateSince?: string | null;
}

/** The layers that act on the users of a tenant, or on those of none. */
export interface ActingLayers extends LayersAt {
  readonly platform?: ActingLayer | undefined;
  readonly businessType?: ActingLayer | undefined;
  readonly tenant?: ActingLayer | undefined;
}

/** The answer of `actingLayersSql`. */
export interface ActingLayersRow {
  readonly platform: ActingLayer | null;
  readonly businessType: ActingLayer | null;
  readonly tenant: ActingLayer | null;
  /** The adopted versions and the holds of the tenant’s last version. */
  readonly inherited: Pick<LayersAt, 'adopted' | 'holds'> | null;
}

/**
 * The SQL of the layers that act on the users of a tenant, as JSON. It is part of the statement that reads a user: so no
 * request needs another one to know whether the settings that it remembers still act.
 */
export function actingLayersSql(tenantId: Prisma.Sql): Prisma.Sql {
  const layer = Prisma.raw(`jsonb_build_object('id', id, 'version', version, 'writtenAt', updated_at,
    'reauthenticateSince', reauthenticate_since)`);
  return Prisma.sql`jsonb_build_object(
    'platform', (
      SELECT ${layer} FROM configuration WHERE tenant_id IS NULL AND user_id IS NULL AND business_type_id IS NULL),
    'businessType', (
      SELECT ${layer} FROM configuration WHERE tenant_id IS NULL AND user_id IS NULL
        AND business_type_id = (SELECT business_type_id FROM tenant WHERE id = ${tenantId})),
    'tenant', (SELECT ${layer} FROM configuration WHERE tenant_id = ${tenantId} AND user_id IS NULL),
    'inherited', (
      SELECT jsonb_build_object('adopted', noted.adopted, 'holds', noted.holds) FROM configuration
      JOIN config_version AS noted ON noted.configuration_id = configuration.id AND noted.version = configuration.version
      WHERE configuration.tenant_id = ${tenantId} AND configuration.user_id IS NULL))`;
}

/** Makes the layers of what `actingLayersSql` gave. Users without a tenant have what the platform has set last. */
export function actingLayers(
  { platform, businessType, tenant, inherited }: ActingLayersRow,
  tenantId: string | null,
): ActingLayers {
  const newest = platform ? { [platform.id]: everyTypeAt(platform.version) } : {};
  return {
    platform: platform ?? undefined,
    businessType: businessType ?? undefined,
    tenant: tenant ?? undefined,
    adopted: tenantId ? (inherited?.adopted ?? {}) : newest,
    holds: inherited?.holds ?? {},
  };
}

/** The time from which on sign-ins count: the latest that a layer asks for. Null: none does. */
export function reauthenticateSince({ platform, businessType, tenant }: ActingLayers): Date | null {
  const times = [platform, businessType, tenant].flatMap((layer) => layer?.reauthenticateSince ?? []);
  return times.length > 0 ? new Date(Math.max(...times.map((time) => Date.parse(time)))) : null;
}

/** Reads the layers that act on the users of a tenant, or on those of none. */
export async function readActingLayers(db: Reader, tenantId: string | null): Promise<ActingLayers> {
  const [row] = await db.$queryRaw<{ layers: ActingLayersRow }[]>`
    SELECT ${actingLayersSql(Prisma.sql`${tenantId}::uuid`)} AS layers`;
  return actingLayers(
    row?.layers ?? { platform: null, businessType: null, tenant: null, inherited: null },
    tenantId,
  );
}
