import type { Entity, EntityRow } from './change.ts';

/** Names what falls due for the rows of an entity: `tx.schedule` takes it, and a DueAction does it. */
export interface DueKind<Row extends EntityRow = EntityRow> {
  /** The name in the database, unique in the product, e.g. `consentExpiry`. Rows that are scheduled keep it. */
  readonly kind: string;
  readonly entity: Entity<Row>;
}
