import type { Entity, EntityRow } from '../core/change.ts';
import { allows, type Rule } from '../core/rules.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Where } from '../core/where.ts';

/** As what the rows of an entity are shown, and to whom. */
export interface ExposedEntity<Row extends EntityRow = EntityRow> {
  readonly entity: Entity<Row>;
  /** The GraphQL type that shows the row. Where there is none of this name, no field of the row can be read. */
  readonly typeName: string;
  readonly rule: Rule;
  /** The same rule that filters the type's queries. */
  readonly visibleTo: (viewer: Viewer) => Where<Row>;
  /** Whether what this viewer sees depends on who it is, and not only on what it may do. Absent: it never does. */
  readonly isPersonal?: (viewer: Viewer) => boolean;
}

/** All exposedEntities of all rooms, for whoever reads the change log as a whole; complete when every room has been imported. */
class ExposedEntities {
  readonly #all: ExposedEntity[] = [];

  add<Row extends EntityRow>(exposed: ExposedEntity<Row>): void {
    this.#all.push(exposed as unknown as ExposedEntity);
  }

  /** Those of what the viewer may read at all. */
  for(viewer: Viewer): ExposedEntity[] {
    return this.#all.filter(({ rule }) => allows(rule, viewer));
  }

  /** What the log tells of, by name. */
  get entities(): ReadonlyMap<string, Entity> {
    return new Map(this.#all.map(({ entity }) => [entity.name, entity]));
  }

  get typeNames(): readonly string[] {
    return this.#all.map(({ typeName }) => typeName);
  }
}

export const exposedEntities = new ExposedEntities();
