import { allows } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Entity, EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';

/**
 * The rows of all rooms whose changes can be shown, for the readers of all rooms: `node`, `changes` and the audit log.
 * Complete when every room has been imported.
 */
class FollowedRows {
  readonly #all: Rows[] = [];

  add<Row extends EntityRow>(rows: Rows<Row>): void {
    this.#all.push(rows as unknown as Rows);
  }

  /** The rows that the viewer may read at all. */
  for(viewer: Viewer): Rows[] {
    return this.#all.filter(({ rule }) => allows(rule, viewer));
  }

  /** The entities of the rows, by name. */
  get entities(): ReadonlyMap<string, Entity> {
    return new Map(this.#all.map(({ entity }) => [entity.name, entity]));
  }

  /** The GraphQL types that show the rows. */
  get types(): readonly string[] {
    return this.#all.map(({ type }) => type);
  }
}

export const followedRows = new FollowedRows();
