import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { tenantLayer } from '../../configuration/layers/layers.ts';
import { causesOf } from '../../configuration/rules/causes.ts';
import { reportsUp } from '../../configuration/rules/strategy-of.ts';
import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import { type Configuration, Prisma, type SyncRule, type Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { reportDeviations } from './deviations.ts';
import { configDeviationEntity, deviationReport, syncRuleEntity } from './sync-rules.changes.ts';
import { enabledRules } from './sync-rules.requests.ts';

/** Reports what a version of a tenant's layer changes: its own writes, and what it inherits now. */
export const reportVersion: Reaction<Configuration> = {
  entity: configurationEntity.name,
  async react(tx, _before, after) {
    if (after?.scope !== 'TENANT' || !after.tenantId) return;
    const rules = (await enabledRules(tx.db)).filter(reportsUp);
    // Where none reports, the change of the rules has already had the reports taken back.
    if (rules.length === 0) return;
    const at = { configurationId: after.id, version: after.version };
    const written = await tx.db.configVersion.findFirstOrThrow({ where: at });
    await reportDeviations(tx, after.tenantId, rules, causesOf(written));
  },
};

/** Has the deviations of every tenant found again after a change of a rule that reports, in one statement. */
export const reportAgain: Reaction<SyncRule> = {
  entity: syncRuleEntity.name,
  async react(tx, before, after) {
    if (![before, after].some((rule) => rule && reportsUp(rule))) return;
    await tx.scheduleNow(deviationReport, Prisma.sql`SELECT id, id AS feed FROM tenant`);
  },
};

/** Finds the deviations of a tenant. Its layer is locked meanwhile; a tenant without one has none. */
export async function reportTenant(tx: Transaction, { id }: Tenant): Promise<void> {
  const layer = await tx.db.configuration.findFirst({ where: tenantLayer(id) });
  if (!layer) return;
  await tx.lock(configurationEntity, layer.id);
  await reportDeviations(tx, id, (await enabledRules(tx.db)).filter(reportsUp), {});
}

/** Deletes the deviations of a tenant with it. */
export const forgetDeviations: Reaction<Tenant> = {
  entity: tenantEntity.name,
  async react(tx, before, after) {
    if (!before || after) return;
    for await (const row of rowsToChange(tx, configDeviationEntity, { tenantId: before.id })) {
      await tx.delete(configDeviationEntity, row);
    }
  },
};
