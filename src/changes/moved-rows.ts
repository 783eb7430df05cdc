import { inUse, limitReached } from '../core/requests/errors.ts';
import { sentences } from '../core/requests/fault.ts';
import type { OwnedRow } from '../core/rights/scope.ts';
import type { Entity, EntityRow } from '../core/rows/change.ts';
import { columnOf, modelOf } from '../core/rows/models.ts';
import type { Reaction } from '../core/rows/reaction.ts';
import type { Transaction } from '../core/rows/transact.ts';
import { tableOf } from '../db/table.ts';
import { sharedEntities } from './shared-rows.ts';
import type { Entities } from './stored-change.ts';

/** A move is one transaction, and each row a change of the tenant's feed. */
const MAX_ROWS = 1_000;

const REFUSED = {
  ...sentences('IN_USE', {
    REFERS_TO_SHARED:
      'Each {type} that an organization shares stays with it, and the {types} of the tenant refer to one: remove these references first.',
  }),
  ...sentences('LIMIT_REACHED', {
    TOO_MANY_ROWS_TO_MOVE: 'A tenant moves with {max} rows at most.',
  }),
};

type MovedRow = EntityRow & OwnedRow;

/**
 * Makes the reactions that keep the rows of a tenant in its organization: they move with it, in its transaction. A move
 * is refused while rows of the tenant refer to rows that the old organization shares.
 */
export function rowsThatMove(entities: Entities): Reaction[] {
  return [...entities.values()]
    .filter(({ sharesIn }) => sharesIn)
    .map((owner) => ({
      entity: owner.name,
      react: async (tx, before, after) => {
        if (!before || !after || owner.sharesIn?.(before) === owner.sharesIn?.(after)) return;
        await moveRows(tx, entities, after.id, owner.sharesIn?.(after) ?? '');
        // After the rows are locked: a transaction that gives one of them a shared team has ended, or waits.
        await requireNoReferences(tx, entities, after.id);
      },
    }));
}

async function moveRows(tx: Transaction, entities: Entities, tenantId: string, organizationId: string) {
  let count = 0;
  for (const entity of sharedEntities(entities) as Entity<MovedRow>[]) {
    if (entity.isAppendOnly) continue;
    const locked = await tx.db.$queryRawUnsafe<Pick<MovedRow, 'id'>[]>(
      `SELECT id FROM "${modelOf(entity.name).table}" WHERE tenant_id = $1::uuid
       ORDER BY id LIMIT $2 FOR NO KEY UPDATE`,
      tenantId,
      MAX_ROWS - count + 1,
    );
    count += locked.length;
    if (count > MAX_ROWS) throw limitReached(REFUSED.TOO_MANY_ROWS_TO_MOVE({ max: MAX_ROWS }));
    const where = { id: { in: locked.map(({ id }) => id) } };
    const rows = await tableOf<MovedRow>(tx.db, entity).findMany({ where, orderBy: { id: 'asc' } });
    for (const row of rows) await tx.update(entity, row, { organizationId });
  }
}

/** Throws IN_USE if a row of the tenant, of any entity, refers to a row that an organization shares. */
async function requireNoReferences(tx: Transaction, entities: Entities, tenantId: string): Promise<void> {
  const shared = new Set(sharedEntities(entities).map(({ name }) => name));
  for (const { name } of entities.values()) {
    const { table, holds, columns } = modelOf(name);
    if (!columns.tenantId) continue;
    for (const [column, model] of Object.entries(holds)) {
      if (!shared.has(model)) continue;
      const found = await tx.db.$queryRawUnsafe<unknown[]>(
        `SELECT 1 FROM "${table}" AS holder JOIN "${modelOf(model).table}" AS held
           ON held.id = holder."${columnOf(name, column).dbName ?? column}"
         WHERE holder.tenant_id = $1::uuid AND held.tenant_id IS NULL LIMIT 1`,
        tenantId,
      );
      if (found.length > 0) {
        throw inUse(REFUSED.REFERS_TO_SHARED({ type: model, types: name }), ['input', 'organizationId']);
      }
    }
  }
}
