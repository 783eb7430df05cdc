import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import type { EntityRow } from '../../core/rows/change.ts';
import type { ModelName } from '../../core/rows/models.ts';
import type { Rows } from '../../core/rows/rows.ts';
import type PrismaTypes from '../../generated/pothos.ts';
import { builder, type Types } from '../schema/builder.ts';
import { Node } from '../schema/node.ts';
import { type ColumnFields, columnFields } from './column-fields.ts';
import { viewVersion } from './view-version.ts';

/** The parts in which the types of rows differ. */
interface RowType<Row extends EntityRow> {
  readonly description: string;
  /** The columns that are shown unchanged. Those of every entity are there without being named. */
  readonly columns: ColumnFields<Row>;
  /** The fields that show something else. */
  readonly fields?: (t: ObjectFieldBuilder<Types, Row>) => FieldMap;
}

/** Declares the type `name` that shows some rows: a Node that the viewers of the rows may read. */
export function rowType<Name extends ModelName, Row extends PrismaTypes[Name]['Shape'] & EntityRow>(
  name: Name,
  rows: Rows<Row>,
  { description, columns, fields }: RowType<Row>,
) {
  return builder.prismaObject(name, {
    description,
    // Every entity has the columns that Node shows; the type of a row that is not known yet does not say so.
    interfaces: [Node] as never,
    rule: rows.rule,
    fields: (t) => {
      // Prisma's builder of fields is one of Pothos' with a few methods more.
      const fieldBuilder = t as unknown as ObjectFieldBuilder<Types, Row>;
      return {
        ...viewVersion(fieldBuilder, rows),
        ...columnFields(fieldBuilder, rows, columns),
        ...fields?.(fieldBuilder),
      } as never;
    },
  });
}
