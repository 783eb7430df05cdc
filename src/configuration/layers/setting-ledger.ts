import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Setting } from '../algebra/settings.ts';

/** The part of a client or a transaction that reading a ledger needs. */
export type Reader = Pick<PrismaClient, '$queryRaw'>;

/** A setting that is wanted: that of a path in a version of a layer. */
export interface Wanted {
  readonly configurationId: string;
  readonly version: number;
  readonly path: string;
}

/** A setting as a layer has it, with the version of the layer that wrote it. */
export interface StoredSetting extends Setting {
  readonly version: number;
}

/** Reads settings of layers, in the order in which they are wanted; undefined for one that is not set. */
export async function readSettings(
  db: Reader,
  wanted: readonly Wanted[],
): Promise<readonly (StoredSetting | undefined)[]> {
  if (wanted.length === 0) return [];
  // The index leads to the one row: of a path that was written often, too, no other one is read.
  const rows = await db.$queryRaw<{ setting: Setting | null; version: number | null }[]>`
    SELECT found.setting, found.version
    FROM unnest(
      ${wanted.map(({ configurationId }) => configurationId)}::uuid[],
      ${wanted.map(({ path }) => path)}::text[],
      ${wanted.map(({ version }) => version)}::int[]
    ) WITH ORDINALITY AS wanted (layer, path, version, place)
    LEFT JOIN LATERAL (
      SELECT setting, version FROM config_setting
      WHERE configuration_id = wanted.layer AND path = wanted.path AND version <= wanted.version
      ORDER BY version DESC LIMIT 1
    ) AS found ON true
    ORDER BY place`;
  return rows.map(({ setting, version }) =>
    setting && version !== null ? { ...setting, version } : undefined,
  );
}

/** The paths that a layer has written in versions after one, and whether one of these locked it or set a floor. */
export async function pathsWritten(
  db: Reader,
  configurationId: string,
  after: number,
): Promise<ReadonlyMap<string, { readonly isStrict: boolean }>> {
  const rows = await db.$queryRaw<{ path: string; isStrict: boolean }[]>`
    SELECT path, coalesce(bool_or(setting ->> 'mode' IN ('LOCKED', 'FLOOR')), false) AS "isStrict"
    FROM config_setting
    WHERE configuration_id = ${configurationId}::uuid AND version > ${after}::int
    GROUP BY path`;
  return new Map(rows.map(({ path, isStrict }) => [path, { isStrict }]));
}
