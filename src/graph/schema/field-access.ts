import { type GraphQLNamedType, type GraphQLSchema, isObjectType } from 'graphql';
import { allows } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches, type Where } from '../../core/rights/where.ts';
import { onceFor } from '../../lib/once-for.ts';
import type { FieldAccess } from './field-rules.ts';

/**
 * Lists the fields of a type that show one of `columns` and that the viewer may read, of this row or, without a row, of
 * every row. Use it wherever fields are named without their values.
 */
export function readableFields(
  schema: GraphQLSchema,
  typeName: string,
  viewer: Viewer | null,
  columns: readonly string[],
  row?: object,
): string[] {
  return fieldsShowing(schema, typeName, columns)
    .filter(({ access }) => access.rules.every((rule) => allows(rule, viewer, row)))
    .filter(
      ({ access: { shownWhere } }) => !shownWhere || !row || (viewer && matches(shownWhere(viewer), row)),
    )
    .map(({ name }) => name);
}

/** The columns that a field shows; none if there is no such field. */
export function columnsShownBy(schema: GraphQLSchema, typeName: string, field: string): readonly string[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  return (type.getFields()[field]?.extensions as Partial<FieldAccess> | undefined)?.columns ?? [];
}

/** Tells whether the viewer may read a column through any field of the type. */
export function mayReadColumn(
  schema: GraphQLSchema,
  typeName: string,
  viewer: Viewer | null,
  column: string,
): boolean {
  return readableFields(schema, typeName, viewer, [column]).length > 0;
}

/** The rows in which the viewer sees a column, if not in all: those in which some field of the type shows it. */
export function shownRows(
  schema: GraphQLSchema,
  typeName: string,
  viewer: Viewer,
  column: string,
): Where<object> | null {
  const shown = fieldsShowing(schema, typeName, [column]).map(({ access }) => access.shownWhere?.(viewer));
  return shown.length > 0 && shown.every((where) => where !== undefined) ? { OR: shown } : null;
}

/** Tells whether the type has a field whose value or access depends on who the viewer is. */
export function hasPersonalField(schema: GraphQLSchema, typeName: string, viewer: Viewer): boolean {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return false;
  return fieldsOf(type).some(
    ({ access }) => access.columns?.length > 0 && access.isPersonal?.(viewer, type, schema),
  );
}

function fieldsShowing(
  schema: GraphQLSchema,
  typeName: string,
  columns: readonly string[],
): { name: string; access: FieldAccess }[] {
  const type = schema.getType(typeName);
  if (!type || !('getFields' in type)) return [];
  return fieldsOf(type).filter(({ access }) => access.columns?.some((column) => columns.includes(column)));
}

const fieldsOf = onceFor((type: Extract<GraphQLNamedType, { getFields(): unknown }>) =>
  Object.values(type.getFields()).map(({ name, extensions }) => ({
    name,
    access: extensions as unknown as FieldAccess,
  })),
);
