import type { EntityRow } from './change.ts';
import type { Transaction } from './transact.ts';

/**
 * What a room does, inside the same transaction, when a row of another kind changes. Reactions keep derived rows
 * (counts, statistics) true without the rooms knowing each other's commands. What a reaction records is reacted to
 * in turn, so a chain must end. A reaction that throws UserErrors refuses the step, and with it the whole command.
 */
export interface Reaction<Row extends EntityRow = EntityRow> {
  /** The name of the entity it listens to. */
  readonly entity: string;
  /** `before` is null for a creation, `after` for a deletion. */
  readonly react: (tx: Transaction, before: Row | null, after: Row | null) => Promise<void>;
}
