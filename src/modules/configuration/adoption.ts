import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { CONFIGURATION_TYPES } from '../../configuration/catalogue/catalogue-path.ts';
import { changedPaths } from '../../configuration/layers/changed-paths.ts';
import { type LayersAt, layersOf } from '../../configuration/layers/document.ts';
import { writeVersion } from '../../configuration/layers/layer-versions.ts';
import {
  holdPlatformLayer,
  lockLayer,
  PLATFORM_LAYER,
  tenantLayer,
} from '../../configuration/layers/layers.ts';
import { pathsWritten } from '../../configuration/layers/setting-ledger.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration, Tenant } from '../../generated/prisma/client.ts';
import { configurationAdoption } from './configuration.changes.ts';

/**
 * Schedules the adoption of the platform's newest version by every tenant, in one statement. The layer of the platform is
 * locked, and a tenant that is being created holds it: it is among them, or begins with this version.
 */
export async function scheduleAdoptions({ db }: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
    SELECT gen_random_uuid(), ${configurationAdoption.kind}, id, id, now(), now() FROM tenant
    ON CONFLICT (kind, subject_id) DO UPDATE
    SET due_at = now(), try_at = now(), tries = 0, last_error = NULL, parked_at = NULL`;
}

/** Has a tenant adopt the platform's newest version, unless it has already. Two versions are one adoption. */
export async function adoptNewest(tx: Transaction, { id: tenantId }: Pick<Tenant, 'id'>): Promise<void> {
  const platform = await tx.db.configuration.findFirst({ where: PLATFORM_LAYER });
  if (platform) await adopt(tx, tenantId, platform);
}

/** Has a new tenant begin with the platform's newest version. */
export async function beginWithNewest(tx: Transaction, { id: tenantId }: Pick<Tenant, 'id'>): Promise<void> {
  const platform = await holdPlatformLayer(tx);
  if (platform) await adopt(tx, tenantId, platform);
}

async function adopt(tx: Transaction, tenantId: string, platform: Configuration): Promise<void> {
  const layer = await lockLayer(tx, tenantLayer(tenantId));
  const { row, last } = layer;
  const noted = last?.platformVersion ?? 0;
  if (noted >= platform.version) return;
  const written = await pathsWritten(tx.db, platform.id, noted, platform.version);
  const entries = CATALOGUE.filter(({ path }) => written.has(path));
  const next = {
    platformVersion: platform.version,
    adopted: Object.fromEntries(CONFIGURATION_TYPES.map((type) => [type, platform.version])),
  };
  const before: LayersAt = last ? layersOf(row, last, platform) : { adopted: {} };
  const version = { step: 'ADOPT', settings: new Map(), actorId: null, ...next } as const;
  await writeVersion(tx, layer, version, async (number) => {
    const after = layersOf(row, { version: number, ...next }, platform);
    const changed = await changedPaths(tx.db, before, after, entries);
    // A client may have seen the lock or the floor in between: it acted immediately.
    return entries
      .map(({ path }) => path)
      .filter((path) => changed.includes(path) || written.get(path)?.isStrict);
  });
}
