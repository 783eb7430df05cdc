import { isEqual } from '../../configuration/algebra/json.ts';
import { resolve, without } from '../../configuration/algebra/resolve.ts';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { stepsAt } from '../../configuration/layers/document.ts';
import { currentLayers } from '../../configuration/layers/layers.ts';
import type { Causes } from '../../configuration/rules/causes.ts';
import { reportingRule } from '../../configuration/rules/strategy-of.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ConfigDeviation, SyncRule } from '../../generated/prisma/client.ts';
import { configDeviationEntity } from './sync-rules.changes.ts';

type Found = Pick<ConfigDeviation, 'path' | 'settingVersion' | 'ruleId'>;

/**
 * Writes the deviations of a tenant, whose layer is locked: those that it has now, and no others. Paths that a rule decided
 * get no new report: what a rule has caused triggers none.
 */
export async function reportDeviations(
  tx: Transaction,
  tenantId: string,
  rules: readonly SyncRule[],
  causes: Causes,
): Promise<void> {
  const found = await findDeviations(tx, tenantId, rules);
  const present = await tx.db.configDeviation.findMany({ where: { tenantId } });
  const byPath = new Map(present.map((row) => [row.path, row]));
  for (const row of present) {
    if (!found.some(({ path }) => path === row.path)) await tx.delete(configDeviationEntity, row);
  }
  for (const deviation of found) {
    const before = byPath.get(deviation.path);
    if (before) await tx.update(configDeviationEntity, before, deviation);
    else if (!causes[deviation.path]) {
      const row = await tx.db.configDeviation.create({ data: { tenantId, ...deviation } });
      tx.created(configDeviationEntity, row);
    }
  }
}

/** Finds the paths with a reporting rule whose value in the tenant would be another one without the tenant's layer. */
async function findDeviations(
  { db }: Transaction,
  tenantId: string,
  rules: readonly SyncRule[],
): Promise<readonly Found[]> {
  const reported = CATALOGUE.flatMap((entry) => {
    const rule = reportingRule(rules, entry.path);
    return rule ? [{ entry, ruleId: rule.id }] : [];
  });
  if (reported.length === 0) return [];
  const entries = reported.map(({ entry }) => entry);
  const steps = await stepsAt(db, await currentLayers(db, tenantId), entries);
  return reported.flatMap(({ entry, ruleId }) => {
    const of = steps.get(entry.path) ?? [];
    const own = of.find(({ scope }) => scope === 'TENANT')?.newest;
    if (own?.version === undefined) return [];
    const isSame = isEqual(resolve(entry, of).value, without(entry, of, 'TENANT'));
    return isSame ? [] : [{ path: entry.path, settingVersion: own.version, ruleId }];
  });
}
