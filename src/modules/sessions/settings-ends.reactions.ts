import { OBEYED_PATHS } from '../../configuration/catalogue/catalogue.ts';
import { documentAt, type LayersAt, NO_LAYERS } from '../../configuration/layers/document.ts';
import { everyTypeAt } from '../../configuration/layers/inherited.ts';
import { asksToSignInAgain, configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { layersInVersion, PLATFORM_LAYER } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';
import { type SignInRules, signInRules } from '../../configuration/layers/sign-in-rules.ts';
import type { Tally } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { storeEnds } from './stored-ends.ts';

const AUTH_PATHS = OBEYED_PATHS.filter(({ type }) => type === 'AUTH');

/**
 * Stores which sessions the settings of sign-in have ended, whenever these change: under those that were in force until
 * now, because the new ones may be laxer, and under the new ones, because the next may be.
 */
export const storeEndsOfSettings: Tally<Configuration> = {
  entity: configurationEntity.name,
  tally: async (tx, steps) => {
    for (const { before, after } of steps) {
      if (!after || after.userId) continue;
      const isOfAuth = after.paths.some((path) => path.startsWith('auth.'));
      if (!isOfAuth && !asksToSignInAgain(before, after)) continue;
      for (const layer of before ? [before, after] : [after]) await storeEndsUnder(tx, layer);
    }
  },
};

async function storeEndsUnder(tx: Transaction, layer: Configuration): Promise<void> {
  const { scope, tenantId, businessTypeId, reauthenticateSince: since } = layer;
  if (scope === 'TENANT') {
    const platform = await tx.db.configuration.findFirst({ where: PLATFORM_LAYER });
    const layers = await layersInVersion(tx.db, layer, platform ?? undefined);
    return storeEnds(tx, { tenantId }, await rulesAt(tx, layers, since));
  }
  // A setting that is no lock and no floor acts on a tenant from its adoption on, which is a version of its own layer.
  await storeEnds(tx, businessTypeId ? { businessTypeId } : 'EVERY_USER', await imposedBy(tx, layer));
  if (scope !== 'PLATFORM') return;
  const { id, version } = layer;
  const platform = { ...NO_LAYERS, platform: { id, version }, adopted: { [id]: everyTypeAt(version) } };
  await storeEnds(tx, { tenantId: null }, await rulesAt(tx, platform, since));
}

async function rulesAt({ db }: Transaction, layers: LayersAt, since: Date | null): Promise<SignInRules> {
  const document = await documentAt(db, layers, AUTH_PATHS);
  return signInRules(new Map([...document].map(([path, { value }]) => [path, value])), since);
}

/** The rules that a layer imposes on every layer below. The defaults of the others end no session. */
async function imposedBy(
  { db }: Transaction,
  { id, version, reauthenticateSince }: Configuration,
): Promise<SignInRules> {
  const wanted = AUTH_PATHS.map(({ path }) => ({ configurationId: id, version, path }));
  const settings = await readSettings(db, wanted);
  const imposed = AUTH_PATHS.map((entry, index) => {
    const { mode, value } = settings[index] ?? {};
    const isImposed = (mode === 'LOCKED' || mode === 'FLOOR') && value !== undefined;
    return [entry.path, isImposed ? value : entry.default] as const;
  });
  return signInRules(new Map(imposed), reauthenticateSince);
}
