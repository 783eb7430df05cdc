import type { EntityRow } from './change.ts';
import type { Transaction } from './transact.ts';

/**
 * The work that a room does in the same transaction when a row of another kind changes. Reactions keep derived rows
 * (counts, statistics) correct, and the rooms need not know each other's commands. The changes that a reaction records
 * cause reactions in turn, so every chain must end. A reaction that throws UserErrors refuses the step, and with it the
 * whole command.
 */
export interface Reaction<Row extends EntityRow = EntityRow> {
  /** The name of the entity whose changes it reacts to. */
  readonly entity: string;
  /** `before` is null for a creation, `after` for a deletion. */
  readonly react: (tx: Transaction, before: Row | null, after: Row | null) => Promise<void>;
}

/** A change of a row: `before` is null for a creation, `after` for a deletion. */
export interface RowStep<Row extends EntityRow = EntityRow> {
  readonly before: Row | null;
  readonly after: Row | null;
}

/**
 * A reaction to all changes of an entity in a transaction together, for derived rows that many transactions write, e.g.
 * counts. It runs after every other reaction, so the transaction holds such a row for a short time and waits for no
 * other row meanwhile. A tally that locks several rows locks them in the order of their ids. What it records causes no
 * reactions.
 */
export interface Tally<Row extends EntityRow = EntityRow> {
  /** The name of the entity whose changes it counts. */
  readonly entity: string;
  readonly tally: (tx: Transaction, steps: readonly RowStep<Row>[]) => Promise<void>;
}
