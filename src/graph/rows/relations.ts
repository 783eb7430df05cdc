import type { Rule } from '../../core/rights/rules.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import type PrismaTypes from '../../generated/pothos.ts';
import type { ListOrder } from '../inputs/order-input.ts';
import { connectionOf } from '../pages/connection-type.ts';
import { pageArgs } from '../pages/page-args.ts';
import { rowPage } from '../pages/row-page.ts';
import { builder, type RoomObjects } from '../schema/builder.ts';
import { loaderOf } from './loader.ts';

// The room that owns a type declares the fields of other types that lead to its rows, under the visibility of its rows.
// So each type has one loader, and a room can be read without the rooms that refer to it.

/** The name of a type that a field is added to. */
type Parent = keyof PrismaTypes | keyof RoomObjects;

type RowOf<Name extends Parent> = Name extends keyof PrismaTypes
  ? PrismaTypes[Name]['Shape']
  : Name extends keyof RoomObjects
    ? RoomObjects[Name]
    : never;

/** Declares a field of other types that leads to one row, by its id. */
export function relationField<Name extends Parent, Row extends EntityRow>(
  parents: Name | readonly Name[],
  field: string,
  rows: Rows<Row>,
  relation: {
    readonly description: string;
    readonly id: (parent: RowOf<Name>) => string | null;
    /** The columns of the parent that the field shows: none if the id is a field of its own. */
    readonly columns: readonly (keyof RowOf<Name> & string)[];
    /** The viewers that may read the field, if not all that may read such rows. */
    readonly rule?: Rule<RowOf<Name>>;
  },
): void {
  const { description, id, columns, rule = rows.rule } = relation;
  const load = loaderOf(rows);
  for (const parent of [parents].flat() as Name[]) {
    builder.objectField(parent as never, field, (t) =>
      t.field({
        type: rows.type as never,
        nullable: true,
        rule: rule as Rule,
        columns,
        description,
        ...(rows.isPersonal && { isPersonal: rows.isPersonal }),
        resolve: async (row: RowOf<Name>, _args, ctx) => {
          const wanted = id(row);
          return (wanted && (await load(ctx, wanted))) as never;
        },
      }),
    );
  }
}

/** Declares a field of other types that leads to a list of rows, page by page. */
export function relatedRowsField<Name extends Parent, Row extends EntityRow>(
  parents: Name | readonly Name[],
  field: string,
  rows: Rows<Row>,
  relation: {
    readonly description: string;
    readonly where: (parent: RowOf<Name> & { readonly id: string }) => Where<Row>;
    readonly order: ListOrder;
    /** The viewers that may read the field, if not all that may read such rows. */
    readonly rule?: Rule<RowOf<Name>>;
  },
): void {
  const { description, where, order, rule = rows.rule } = relation;
  for (const parent of [parents].flat() as Name[]) {
    builder.objectField(parent as never, field, (t) =>
      t.field({
        type: connectionOf(rows.type) as never,
        nullable: true,
        rule: rule as Rule,
        columns: [],
        description,
        ...(rows.isPersonal && { isPersonal: rows.isPersonal }),
        args: pageArgs(t.arg, rows),
        resolve: (row: RowOf<Name> & { readonly id: string; readonly tenantId: string }, args, ctx) =>
          rowPage(ctx, rows, { args, order: order.usual, where: where(row), feed: row.tenantId }) as never,
      }),
    );
  }
}
