import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../core/rights/viewer.ts';
import { isErasure } from '../../core/rows/actor.ts';
import { BOOKKEEPING, changedColumns, type EntityRow } from '../../core/rows/change.ts';
import { columnsShownBy, readableFields } from '../../graph/schema/field-access.ts';
import type { AuditEntry } from './audit-entry.ts';

/** The change of one field. */
export interface FieldDiff {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Names the fields that a change altered and that the viewer may read in the row before and in the row after it; none if
 * only one of the two rows is visible to the viewer.
 */
export function changedFieldsOf(entry: AuditEntry, viewer: Viewer | null, schema: GraphQLSchema): string[] {
  if (entry.action !== 'UPDATED') return [];
  return fieldsShowing(entry, changedColumns(entry.change), viewer, schema);
}

/** Returns the fields that a change altered and the viewer may read; for a creation or deletion, all that it may read. */
export function fieldDiffs(entry: AuditEntry, viewer: Viewer | null, schema: GraphQLSchema): FieldDiff[] {
  const { action, typeName, before, after, change } = entry;
  const columns =
    action === 'UPDATED'
      ? changedColumns(change)
      : Object.keys(change.image).filter((column) => !BOOKKEEPING.includes(column));
  return fieldsShowing(entry, columns, viewer, schema).map((field) => {
    const shown = columnsShownBy(schema, typeName, field);
    const shownBefore = isErasure(change.actor) ? null : before;
    return { field, before: valueIn(shownBefore, shown), after: valueIn(after, shown) };
  });
}

function fieldsShowing(
  { typeName, before, after }: AuditEntry,
  columns: readonly string[],
  viewer: Viewer | null,
  schema: GraphQLSchema,
): string[] {
  const [first = [], second = first] = [before, after]
    .filter((row) => row !== null)
    .map((row) => readableFields(schema, typeName, viewer, columns, row));
  return first.filter((field) => second.includes(field));
}

/** Returns the value of one column, or an object of the values of several columns. */
function valueIn(row: EntityRow | null, columns: readonly string[]): unknown {
  if (!row) return null;
  const values = columns.map((column) => [
    column,
    (row as unknown as Record<string, unknown>)[column] ?? null,
  ]);
  return values.length === 1 ? values[0]?.[1] : Object.fromEntries(values);
}
