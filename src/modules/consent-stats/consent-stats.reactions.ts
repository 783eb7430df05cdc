import type { Reaction, RowStep, Tally } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Consent, ConsentPurpose, ConsentState, ConsentStats } from '../../generated/prisma/client.ts';
import { consentPurposeEntity } from '../consent-purposes/consent-purposes.changes.ts';
import { consentEntity } from '../consents/consents.changes.ts';
import { COUNT_OF, consentStatsEntity } from './consent-stats.changes.ts';

type Counts = Record<(typeof COUNT_OF)[ConsentState], number>;

/** Creates the counts of a new purpose, all zero, and deletes those of a deleted one, which has no consents. */
export const openAndCloseStats: Reaction<ConsentPurpose> = {
  entity: consentPurposeEntity.name,
  react: async (tx, before, after) => {
    if (!before && after) {
      const { id, tenantId } = after;
      tx.created(consentStatsEntity, await tx.db.consentStats.create({ data: { id, tenantId } }));
    }
    if (before && !after) await closeStats(tx, before.id);
  },
};

async function closeStats(tx: Transaction, purposeId: string): Promise<void> {
  const stats = await lockStats(tx, purposeId);
  if (stats) await tx.delete(consentStatsEntity, stats);
}

/** Updates the counts of purposes in the transaction that changes their consents. */
export const countConsents: Tally<Consent> = {
  entity: consentEntity.name,
  tally: async (tx, steps) => {
    const byPurpose = new Map<string, RowStep<Consent>[]>();
    for (const step of steps) {
      const purposeId = (step.after ?? step.before)?.purposeId ?? '';
      byPurpose.set(purposeId, [...(byPurpose.get(purposeId) ?? []), step]);
    }
    for (const purposeId of [...byPurpose.keys()].toSorted()) {
      await count(tx, purposeId, byPurpose.get(purposeId) ?? []);
    }
  },
};

async function count(tx: Transaction, purposeId: string, steps: readonly RowStep<Consent>[]): Promise<void> {
  const stats = await lockStats(tx, purposeId);
  if (stats) await tx.update(consentStatsEntity, stats, countsAfter(stats, steps));
  else await countAll(tx, purposeId, steps);
}

async function lockStats(tx: Transaction, purposeId: string): Promise<ConsentStats | null> {
  // Counts that another transaction creates right now are not locked, so what they are then must not be counted on.
  if (!(await tx.lock(consentStatsEntity, purposeId))) return null;
  return tx.db.consentStats.findUnique({ where: { id: purposeId } });
}

function countsAfter(stats: Counts, steps: readonly RowStep<Consent>[]): Counts {
  const { pending, granted, revoked, expired } = stats;
  const counts = { pending, granted, revoked, expired };
  for (const { before, after } of steps) {
    if (before) counts[COUNT_OF[before.state]] -= 1;
    if (after) counts[COUNT_OF[after.state]] += 1;
  }
  return counts;
}

/** Counts a purpose that a node of an earlier release created, which had no counts. */
async function countAll(tx: Transaction, id: string, steps: readonly RowStep<Consent>[]): Promise<void> {
  const { tenantId } = await tx.db.consentPurpose.findUniqueOrThrow({ where: { id } });
  const { count: opened } = await tx.db.consentStats.createMany({
    data: { id, tenantId },
    skipDuplicates: true,
  });
  // Another transaction has counted meanwhile, and did not see these steps.
  if (opened === 0) return count(tx, id, steps);
  const found = await tx.db.consent.groupBy({ by: ['state'], where: { purposeId: id }, _count: true });
  const counts = Object.fromEntries(found.map(({ state, _count }) => [COUNT_OF[state], _count]));
  tx.created(consentStatsEntity, await tx.db.consentStats.update({ where: { id }, data: counts }));
}
