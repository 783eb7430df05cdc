import type { Entity, EntityRow } from './change.ts';
import type { DueKind } from './due-kind.ts';
import type { Transaction } from './transact.ts';

/** The work that a room does on one of its rows when the time has come for which it was scheduled. */
export interface DueAction<Row extends EntityRow = EntityRow> extends DueKind<Row> {
  /**
   * Does the work. It receives the row as it is under a lock, in the transaction that writes, and decides by it: if
   * nothing is to be done any more, it does nothing. The schedule of the row is removed in the same transaction, so the
   * work is done once, and may schedule the row again. `tx.now()` is the time; the clock of the node decides nothing.
   * An error that it throws rolls the transaction back and counts as a failed try.
   */
  readonly act: (tx: Transaction, row: Row) => Promise<unknown>;
  /** Whether it is done for a tenant that is archived, too, as the erasure of a person. Absent: it waits until the tenant is restored. */
  readonly whileArchived?: true;
  /**
   * A second row that the work changes, itself or by a reaction. It is locked like the row that is scheduled: while a
   * command holds it, the work is postponed, because that command may be waiting for the scheduled row. Absent: none.
   */
  readonly alsoChanges?: (row: Row) => { readonly entity: Pick<Entity<never>, 'name'>; readonly id: string };
}
