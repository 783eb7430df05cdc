import type { Where } from '../core/rights/where.ts';
import type { Entity, EntityRow } from '../core/rows/change.ts';
import type { Transaction } from '../core/rows/transact.ts';
import { toPrismaWhere } from './prisma-where.ts';
import { tableOf } from './table.ts';

/**
 * Locks the matching rows of an entity, one after the other in the order of their ids, and yields each as it is after
 * it is locked. A row that another transaction has changed in the meantime, so that it no longer matches, is skipped.
 */
export async function* rowsToChange<Row extends EntityRow>(
  tx: Transaction,
  entity: Entity<Row>,
  where: Where<Row>,
): AsyncGenerator<Row> {
  const table = tableOf<Row>(tx.db, entity);
  const wanted = toPrismaWhere(where);
  for (const { id } of await table.findMany({
    where: wanted,
    orderBy: { id: 'asc' },
    select: { id: true },
  })) {
    await tx.lock(entity, id);
    const row = await table.findFirst({ where: { AND: [{ id }, wanted] } });
    if (row) yield row;
  }
}
