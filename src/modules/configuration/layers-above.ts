import type { Step } from '../../configuration/algebra/settings.ts';
import { type LayersAt, NO_LAYERS, stepsAt } from '../../configuration/layers/document.ts';
import { releasingAbove } from '../../configuration/layers/held-paths.ts';
import {
  type Adopted,
  everyTypeAt,
  type Inherited,
  NOTHING_INHERITED,
} from '../../configuration/layers/inherited.ts';
import { currentLayers, PLATFORM_LAYER } from '../../configuration/layers/layers.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration, Prisma } from '../../generated/prisma/client.ts';
import type { SettingChange } from './setting-changes.ts';

/** A transaction that only reads. */
export type Reading = Pick<Transaction, 'db'>;

/** The layer above that of a business type, which adopts nothing: the platform's newest version. */
export async function platformNow({ db }: Reading): Promise<Inherited> {
  const platform = await db.configuration.findFirst({ where: PLATFORM_LAYER });
  if (!platform) return NOTHING_INHERITED;
  const { id, version } = platform;
  return {
    ...NOTHING_INHERITED,
    platformVersion: version,
    adopted: { [id]: everyTypeAt(version) } as Prisma.JsonObject,
  };
}

/** Reads the steps of the layers above one, without the holds of some paths. */
export async function stepsAbove(
  tx: Reading,
  row: Configuration,
  changes: readonly SettingChange[],
  released: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly Step[]>> {
  const entries = changes.map(({ entry }) => entry);
  const above = await layersAbove(tx, row);
  return stepsAt(tx.db, { ...above, holds: releasingAbove(above.holds, row.id, released) }, entries);
}

/** The layers above one: nothing is above that of the platform. */
export async function layersAbove(tx: Reading, { scope, tenantId }: Configuration): Promise<LayersAt> {
  if (scope === 'BUSINESS_TYPE') {
    const { platformVersion: version, adopted } = await platformNow(tx);
    const [id] = Object.keys(adopted as Adopted);
    return { ...NO_LAYERS, platform: id ? { id, version } : undefined, adopted: adopted as Adopted };
  }
  if (!tenantId) return NO_LAYERS;
  const { tenant, ...above } = await currentLayers(tx.db, tenantId);
  return scope === 'USER' ? { ...above, tenant } : above;
}
