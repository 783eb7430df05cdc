import { resolve } from '../../configuration/algebra/resolve.ts';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { type LayerAt, layersOf, stepsAt } from '../../configuration/layers/document.ts';
import { type Holds, heldAt, type Inherited } from '../../configuration/layers/inherited.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';
import { type Causes, causeOf } from '../../configuration/rules/causes.ts';
import { decidingRule } from '../../configuration/rules/strategy-of.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { enabledRules } from '../sync-rules/sync-rules.requests.ts';

/** The holds of a tenant after an adoption, and the rules that decided them. */
interface Decided {
  readonly holds: Holds;
  readonly causes: Causes;
}

/**
 * Decides by the rules about the tenant's own settings of paths that the layers above have newly written. Where the
 * platform wins, the tenant's present setting is passed over: a hold on its own layer, and nothing is deleted. A hold of
 * before ends where that is not so any more: another rule decides, or what is above is withdrawn. Modes come before
 * rules: only a value of the mode DEFAULT passes over one, because a lock shadows it anyway, a floor allows a stronger
 * one, and what is left to users no rule touches. A path that the tenant holds above does not change for it.
 */
export async function decidedByRules(
  tx: Transaction,
  { row, last }: LockedLayer,
  inherited: Inherited,
  platform: LayerAt | undefined,
  written: ReadonlySet<string>,
): Promise<Decided> {
  const holds = inherited.holds as Holds;
  const own = await ownSettings(tx, { row, last }, written);
  if (own.length === 0) return { holds, causes: {} };
  const rules = await enabledRules(tx.db);
  const { tenant: _, ...above } = layersOf(row, { version: row.version, ...inherited }, platform);
  const steps = await stepsAt(tx.db, above, own);
  const held = new Map(Object.entries(holds[row.id] ?? {}));
  const causes: Record<string, Causes[string]> = {};
  for (const entry of own) {
    const { path } = entry;
    if (Object.keys(holds).some((layerId) => layerId !== row.id && heldAt(holds, layerId, path))) continue;
    const { mode, source } = resolve(entry, steps.get(path) ?? []);
    const rule = decidingRule(rules, path);
    held.delete(path);
    if (rule?.strategy !== 'PLATFORM_WINS' || mode !== 'DEFAULT' || source === null) continue;
    held.set(path, row.version);
    causes[path] = causeOf(rule);
  }
  const { [row.id]: _own, ...others } = holds;
  return { holds: held.size > 0 ? { ...others, [row.id]: Object.fromEntries(held) } : others, causes };
}

/** The paths among those written that the tenant has set itself. */
async function ownSettings({ db }: Transaction, { row, last }: LockedLayer, written: ReadonlySet<string>) {
  if (!last) return [];
  const entries = CATALOGUE.filter(({ path }) => written.has(path));
  const wanted = entries.map(({ path }) => ({ configurationId: row.id, version: row.version, path }));
  const settings = await readSettings(db, wanted);
  return entries.filter((_, index) => settings[index]?.value !== undefined);
}
