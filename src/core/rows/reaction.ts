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
