import type { ViewerContext } from '../core/context.ts';
import type { RowArgs } from '../core/requests/command-args.ts';
import type { EntityRow } from '../core/rows/change.ts';
import type { Rows } from '../core/rows/rows.ts';
import type { Transaction, Written } from '../core/rows/transact.ts';
import { rowToChange, rowToDelete } from './row-to-change.ts';

// The steps that the commands on one row share. A command that needs another order, e.g. a lock before its row's, calls
// `ctx.transact` itself.

type FoundRows<Row extends EntityRow> = Pick<Rows<Row>, 'entity' | 'type' | 'visibleTo'>;

/**
 * Writes the columns that `change` returns for the row, which `rowToChange` has locked. Throws what `rowToChange` and
 * `change` throw; the row then stays as it was.
 */
export function changeRow<Row extends EntityRow>(
  ctx: ViewerContext,
  rows: FoundRows<Row>,
  args: RowArgs,
  change: (before: Row, tx: Transaction) => Partial<Row> | Promise<Partial<Row>>,
): Promise<Written<Row>> {
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, rows, args);
    return tx.update(rows.entity, before, await change(before, tx));
  });
}

/**
 * Deletes a row unless `check` refuses it. Throws what `rowToDelete` and `check` throw, and IN_USE if rows of another
 * entity refer to it.
 */
export function deleteRow<Row extends EntityRow>(
  ctx: ViewerContext,
  rows: FoundRows<Row>,
  args: RowArgs,
  check?: (row: Row) => void,
): Promise<Written<Row>> {
  return ctx.transact(async (tx) => {
    const row = await rowToDelete(tx, ctx, rows, args);
    check?.(row);
    return tx.delete(rows.entity, row);
  });
}
