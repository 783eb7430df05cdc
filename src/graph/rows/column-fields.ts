import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import type { Rule } from '../../core/rights/rules.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { type Column, columnOf } from '../../core/rows/models.ts';
import type { Rows } from '../../core/rows/rows.ts';
import type { Types } from '../schema/builder.ts';
import type { IsPersonal, ShownWhere } from '../schema/field-rules.ts';

/** A column that some viewers of the type may not read. */
interface GuardedColumn<Row> {
  readonly description: string;
  readonly rule?: Rule<Row>;
  /** The rows in which a viewer sees it: see `FieldOptions`. */
  readonly shownWhere?: ShownWhere<Row>;
  readonly isPersonal?: IsPersonal;
}

/** Descriptions of the fields that show columns, by column. */
export type ColumnFields<Row> = { readonly [Name in keyof Row & string]?: string | GuardedColumn<Row> };

/** The scalars that show columns; an enum column is shown by the enum of its name. */
const SCALARS: Readonly<Partial<Record<Column['kind'], string>>> = {
  id: 'ID',
  text: 'String',
  integer: 'Int',
  minorUnits: 'MinorUnits',
  boolean: 'Boolean',
  time: 'DateTime',
};

/**
 * Declares fields that show columns unchanged, with the type of the column. A field can be null where the column can,
 * and where the viewer may not read it.
 */
export function columnFields<Row extends EntityRow>(
  t: Pick<ObjectFieldBuilder<Types, Row>, 'field'>,
  { entity }: Pick<Rows<Row>, 'entity'>,
  fields: ColumnFields<Row>,
): FieldMap {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const column = columnOf(entity.name, name);
      const options = typeof field === 'string' ? { description: field } : (field as GuardedColumn<Row>);
      const declared = t.field({
        ...options,
        type: graphqlTypeOf(column) as never,
        nullable: (column.isNullable || typeof field !== 'string') as never,
        resolve: (row: Row) => row[name as keyof Row] as never,
      });
      return [name, declared];
    }),
  );
}

function graphqlTypeOf({ kind, enumName, isList }: Column): string | string[] {
  const type = kind === 'enum' ? enumName : SCALARS[kind];
  if (!type) throw new Error(`A column of the kind ${kind} needs a field of its own.`);
  return isList ? [type] : type;
}
