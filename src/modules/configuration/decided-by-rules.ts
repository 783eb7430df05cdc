import type { Setting } from '../../configuration/algebra/settings.ts';
import type { KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { type LayersAt, stepsAt } from '../../configuration/layers/document.ts';
import { releasingAbove } from '../../configuration/layers/held-paths.ts';
import type { Holds } from '../../configuration/layers/inherited.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';
import { platformWins } from '../../configuration/rules/after-rules.ts';
import { type Causes, causeOf } from '../../configuration/rules/causes.ts';
import { decidingRule } from '../../configuration/rules/strategy-of.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { SyncRule } from '../../generated/prisma/client.ts';
import { mergeAdopted } from '../config-conflicts/config-conflicts.requests.ts';
import { enabledRules } from '../sync-rules/sync-rules.requests.ts';

/** The effect of the rules on an adoption: settings that they merge, the holds of the tenant, and which rule decided what. */
interface Decided {
  readonly settings: ReadonlyMap<string, Setting | null>;
  readonly holds: Holds;
  readonly causes: Causes;
}

/** The layers of a tenant before and after it adopts. */
interface Adoption {
  readonly tenantId: string;
  readonly before: LayersAt;
  readonly after: LayersAt;
  /** The paths that can differ. */
  readonly entries: readonly KnownPath[];
  /** Those of them that reach the tenant now: written above, or held no more. */
  readonly reached: readonly KnownPath[];
}

/** Decides by the rules about the tenant's own settings of paths in which what is above reaches it. */
export async function decidedByRules(
  tx: Transaction,
  layer: LockedLayer,
  { tenantId, before, after, entries, reached }: Adoption,
): Promise<Decided> {
  const rules = await enabledRules(tx.db);
  const passed = await passedOver(tx, layer, after, rules, reached);
  const { settings, holds } = await mergeAdopted(tx, {
    ...{ tenantId, own: layer.row, before, entries },
    after: { ...after, holds: passed.holds },
    ruleOf: (path) => (layer.last === null ? undefined : decidingRule(rules, path)),
  });
  return { settings, holds, causes: { ...passed.causes, ...causesOf(rules, settings) } };
}

/** The rules that merged settings. */
function causesOf(rules: readonly SyncRule[], settings: ReadonlyMap<string, unknown>): Causes {
  const decided = [...settings.keys()].flatMap((path) => {
    const rule = decidingRule(rules, path);
    return rule ? [[path, causeOf(rule)] as const] : [];
  });
  return Object.fromEntries(decided);
}

/**
 * Passes over the tenant's present settings where the platform wins: a hold on its own layer, and nothing is deleted. A
 * hold of before ends where that is not so any more: another rule decides, or what is above is withdrawn.
 */
async function passedOver(
  tx: Transaction,
  { row, last }: LockedLayer,
  after: LayersAt,
  rules: readonly SyncRule[],
  reached: readonly KnownPath[],
): Promise<Omit<Decided, 'settings'>> {
  const { holds } = after;
  const own = await ownSettings(tx, { row, last }, reached);
  if (own.length === 0) return { holds, causes: {} };
  // An open conflict is decided again: what its path would be without the hold.
  const paths = reached.map(({ path }) => path);
  const above = { ...after, tenant: undefined, holds: releasingAbove(holds, row.id, paths) };
  const steps = await stepsAt(tx.db, above, own);
  const held = new Map(Object.entries(holds[row.id] ?? {}));
  const causes: Record<string, Causes[string]> = {};
  for (const entry of own) {
    const { path } = entry;
    const rule = decidingRule(rules, path);
    held.delete(path);
    if (!rule || !platformWins(rule, entry, steps.get(path) ?? [])) continue;
    held.set(path, row.version);
    causes[path] = causeOf(rule);
  }
  const { [row.id]: _own, ...others } = holds;
  return { holds: held.size > 0 ? { ...others, [row.id]: Object.fromEntries(held) } : others, causes };
}

/** The paths among those that the tenant has set itself. */
async function ownSettings(
  { db }: Transaction,
  { row, last }: LockedLayer,
  entries: readonly KnownPath[],
): Promise<readonly KnownPath[]> {
  if (!last) return [];
  const wanted = entries.map(({ path }) => ({ configurationId: row.id, version: row.version, path }));
  const settings = await readSettings(db, wanted);
  return entries.filter((_, index) => settings[index]?.value !== undefined);
}
