import type { Where } from '../rights/where.ts';
import type { Entity, EntityRow } from './change.ts';

/**
 * A step of a row for which the activity feed has words of its own: by an update the row comes to be as `becomes` says.
 * Viewers who may not read one of the columns in `becomes` receive the words of an ordinary update.
 */
export interface ActivityWords<Row extends EntityRow = EntityRow> {
  /** The name, unique in the product, e.g. `paymentReceived`. */
  readonly key: string;
  readonly entity: Entity<Row>;
  /** The English text. ` {name}` stands for the name of the row, and is left out where the viewer may not read it. */
  readonly text: string;
  readonly becomes: Where<Row>;
}

/** The words of a room for one step of its rows. */
export function stepInWords<Row extends EntityRow>(
  entity: Entity<Row>,
  key: string,
  text: string,
  becomes: Where<Row>,
): ActivityWords<never> {
  return { key, entity, text, becomes } as unknown as ActivityWords<never>;
}
