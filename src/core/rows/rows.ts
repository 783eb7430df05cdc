import { uncapitalized } from '../../lib/uncapitalized.ts';
import type { Rule } from '../rights/rules.ts';
import type { Scope } from '../rights/scope.ts';
import type { Viewer } from '../rights/viewer.ts';
import { type Entity, type EntityRow, nounOf } from './change.ts';
import type { PartialView } from './partial-view.ts';
import type { Visibility } from './visibility-of.ts';

/**
 * The rows of an entity as viewers see them: who may read them, which rows each viewer sees, and where they are listed.
 * A room declares this once; queries, lists, relations, subscriptions, commands and the audit log all use it.
 */
export interface Rows<Row extends EntityRow = EntityRow> {
  readonly entity: Entity<Row>;
  /** The GraphQL type that shows a row. Without a type of this name no field of the row can be read. */
  readonly type: string;
  /** The viewers that may read such rows at all. */
  readonly rule: Rule;
  /** The viewers that may create, change and delete the rows. Absent: no mutation does, or each has a rule of its own. */
  readonly writeRule?: Rule;
  /** The rows that are visible to a viewer. */
  readonly visibleTo: Visibility<Row>;
  /** Whether the rows that this viewer sees depend on who it is, and not only on its rights. Absent: they never do. */
  readonly isPersonal?: (viewer: Viewer) => boolean;
  /**
   * The view of a viewer who does not see all columns; it has a version of its own, and the viewer receives no event of
   * changes beyond it. Absent or undefined: every change of a row is a new version for its viewers.
   */
  readonly viewFor?: (viewer: Viewer) => PartialView<Row> | undefined;
  /** The feed and the rows of a list or a subscription. */
  readonly scope: Scope<Row>;
}

/** Rows that all mutations of their room write under one rule. */
export interface WritableRows<Row extends EntityRow> extends Rows<Row> {
  readonly writeRule: Rule;
}

/** The field of a payload or an event that holds a row, e.g. `maintenanceRequest`. */
export function fieldOf({ type }: Pick<Rows<never>, 'type'>): string {
  return uncapitalized(type);
}

/** The noun for a row in a sentence: that of its entity, or of the type if another type shows it. */
export function nounOfRows({ entity, type }: Pick<Rows<never>, 'entity' | 'type'>): string {
  return entity.name === type ? nounOf(entity) : type.toLowerCase();
}
