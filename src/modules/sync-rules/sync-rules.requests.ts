import type { Prisma, SyncRule } from '../../generated/prisma/client.ts';

/** The rules that act, by priority. There are 100 rules at most. */
export function enabledRules(db: Pick<Prisma.TransactionClient, 'syncRule'>): Promise<SyncRule[]> {
  return db.syncRule.findMany({ where: { enabled: true }, orderBy: [{ priority: 'asc' }, { id: 'asc' }] });
}
