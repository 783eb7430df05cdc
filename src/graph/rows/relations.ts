import { type Context, requireViewer } from '../../core/context.ts';
import { type Rule, signedIn } from '../../core/rights/rules.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import type PrismaTypes from '../../generated/pothos.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import { sortKey } from '../inputs/order-input.ts';
import { type Connection, connectionOf } from '../pages/connection-type.ts';
import type { PageArgs } from '../pages/keyset.ts';
import type { Direction, Order } from '../pages/order.ts';
import { pageArgs } from '../pages/page-args.ts';
import { rowPage } from '../pages/row-page.ts';
import { builder, type RoomObjects } from '../schema/builder.ts';
import type { ShownWhere } from '../schema/field-rules.ts';
import { childPages } from './child-pages.ts';
import { loaderOf } from './loader.ts';

// A relation between two rooms is declared by the later one in `src/rooms.ts`, which imports the access file of the other:
// so a room can be read, and added, without a look at the rooms that refer to it. A relation that several types have in
// common is declared once, by the room to whose rows it leads.

/** The name of a type that a field is added to. */
type Parent = keyof PrismaTypes | keyof RoomObjects;

type RowOf<Name extends Parent> = Name extends keyof PrismaTypes
  ? PrismaTypes[Name]['Shape']
  : Name extends keyof RoomObjects
    ? RoomObjects[Name]
    : never;

/** A column of ids; null where there is no such row. */
type IdColumn<Row> = {
  [Name in keyof Row & string]: Row[Name] extends string | null ? Name : never;
}[keyof Row & string];

/** Declares a field of other types that leads to one row, by its id. */
export function relationField<Name extends Parent, Row extends EntityRow>(
  parents: Name | readonly Name[],
  field: string,
  rows: Rows<Row>,
  relation: {
    readonly description: string;
    /** The column of the parent that has the id. */
    readonly column: IdColumn<RowOf<Name>>;
    /** The columns of the parent that the field shows, if not this one: none if the id is a field of its own. */
    readonly columns?: readonly (keyof RowOf<Name> & string)[];
    /** The viewers that may read the field, if not all that may read such rows. */
    readonly rule?: Rule<RowOf<Name>>;
    /** The parents whose id the viewer may know, if not all: where the row is of the platform, its id is a secret, too. */
    readonly shownWhere?: ShownWhere<RowOf<Name>>;
  },
): void {
  const { description, column, columns = [column], rule = rows.rule, shownWhere } = relation;
  const load = loaderOf(rows);
  for (const parent of [parents].flat() as Name[]) {
    builder.objectField(parent as never, field, (t) =>
      t.field({
        type: rows.type as never,
        nullable: true,
        rule: rule as Rule,
        ...(shownWhere && { shownWhere: shownWhere as ShownWhere<never> }),
        columns,
        description,
        ...(rows.isPersonal && { isPersonal: rows.isPersonal }),
        resolve: async (row: RowOf<Name>, _args, ctx) => {
          requireModuleOf(rows.entity, requireViewer(ctx).viewer);
          const id = row[column] as string | null;
          return (id && (await load(ctx, id))) as never;
        },
      }),
    );
  }
}

/** A row of a tenant, or one that an organization shares with all its tenants. */
interface PlacedRow {
  readonly tenantId: string | null;
  readonly organizationId?: string | null;
}

/** The feed in which a viewer receives the changes of the rows of a row; those that are shared also come in a tenant's. */
function feedFor(ctx: Context, { tenantId, organizationId }: PlacedRow): string {
  const { viewer } = requireViewer(ctx);
  return tenantId ?? viewer.tenantId ?? organizationId ?? viewer.homeFeed;
}

/** The rows that a list in the rows of a list contains. */
type Listed<Name extends Parent, Row> =
  /** Those whose `column` has the id of the parent: the pages of all parents are read together. */
  | { readonly column: IdColumn<Row>; readonly where?: never }
  | {
      readonly column?: never;
      readonly where: (parent: RowOf<Name> & { readonly id: string }) => Where<Row>;
    };

/** Declares a field of other types that leads to a list of rows, page by page. The description says when it is null. */
export function relatedRowsField<Name extends Parent, Row extends EntityRow>(
  parents: Name | readonly Name[],
  field: string,
  rows: Rows<Row>,
  relation: Listed<Name, Row> & {
    readonly description: string;
    readonly order: readonly [column: keyof Row & string, direction: Direction];
    /** The viewers that may read the field, if not all that may read such rows. */
    readonly rule?: Rule<RowOf<Name>>;
  },
): void {
  const {
    description,
    order: [sorted, direction],
    rule = rows.rule,
  } = relation;
  const order = [{ ...sortKey(rows, sorted), direction }];
  const absence =
    rule === signedIn
      ? 'Null only if an error occurred.'
      : `Null if the viewer may not read ${pluralOf(nounOfRows(rows))}.`;
  const read = readerOf(rows, relation, order);
  for (const parent of [parents].flat() as Name[]) {
    builder.objectField(parent as never, field, (t) =>
      t.field({
        type: connectionOf(rows.type) as never,
        nullable: true,
        rule: rule as Rule,
        columns: [],
        description: `${description} ${absence}`,
        ...(rows.isPersonal && { isPersonal: rows.isPersonal }),
        args: pageArgs(t.arg, rows),
        resolve: (row: RowOf<Name> & { readonly id: string } & PlacedRow, args, ctx) => {
          requireModuleOf(rows.entity, requireViewer(ctx).viewer);
          return read(ctx, row, args) as never;
        },
      }),
    );
  }
}

function readerOf<Name extends Parent, Row extends EntityRow>(
  rows: Rows<Row>,
  { column, where }: Listed<Name, Row>,
  order: Order,
) {
  type ParentRow = RowOf<Name> & { readonly id: string } & PlacedRow;
  if (where) {
    return (ctx: Context, parent: ParentRow, args: PageArgs): Promise<Connection<Row>> =>
      rowPage(ctx, rows, { args, order, where: where(parent), feed: feedFor(ctx, parent) });
  }
  const readChildren = childPages(rows, column as keyof Row & string, order);
  return (ctx: Context, parent: ParentRow, args: PageArgs): Promise<Connection<Row>> =>
    readChildren(ctx, { args, parentId: parent.id, feed: feedFor(ctx, parent) });
}
