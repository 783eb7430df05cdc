import type { InputRef } from '@pothos/core';
import { type Context, requireViewer } from '../../core/context.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { tableOf } from '../../db/table.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import { type FilterShape, toWhere } from '../inputs/filter.ts';
import type { ListOrder } from '../inputs/order-input.ts';
import { readOrder } from '../inputs/read-order.ts';
import { connectionOf } from '../pages/connection-type.ts';
import { pageArgs } from '../pages/page-args.ts';
import { rowPage } from '../pages/row-page.ts';
import { builder } from '../schema/builder.ts';
import { idOf } from '../schema/id-of.ts';
import { scopeArgs } from '../schema/shared-args.ts';
import { asOfArg, type PastRows, pastPage } from './past-rows.ts';

/** Declares the query `name` of one row by its id. */
export function rowField<Row extends EntityRow>(name: string, rows: Rows<Row>): void {
  const noun = nounOfRows(rows);
  builder.queryField(name, (t) =>
    t.prismaField({
      type: rows.type as never,
      nullable: true,
      rule: rows.rule,
      description: `One ${noun}. Null if it does not exist or is not visible to the viewer.`,
      args: { id: t.arg.id({ required: true, description: `The id of the ${noun}.`, ...idOf(rows.type) }) },
      resolve: ((query: object, _root: unknown, { id }: { id: string }, ctx: Context) => {
        const { viewer } = requireViewer(ctx);
        requireModuleOf(rows.entity, viewer);
        const visible = toPrismaWhere(rows.visibleTo(viewer));
        return tableOf<Row>(ctx.db, rows.entity).findFirst({ ...query, where: { AND: [{ id }, visible] } });
      }) as never,
    }),
  );
}

/** The parts in which lists differ. */
export interface RowsField<Row extends EntityRow> {
  readonly filter: InputRef<FilterShape>;
  readonly order: ListOrder;
  /** The feed and rows of the list, if they differ from the scope of the rows. */
  readonly scope?: Rows<Row>['scope'];
  /** For rows of which every change is kept: the list can show them as they were at a time. */
  readonly past?: PastRows<Row>;
  /** The description, if it says more than the usual one. */
  readonly description?: string;
}

/** The arguments that not every list has. */
interface OptionalArgs {
  readonly tenantId?: string | null;
  readonly organizationId?: string | null;
  readonly asOf?: Date | null;
}

/** Declares the query `name` of a list of rows. */
export function rowsField<Row extends EntityRow>(
  name: string,
  rows: Rows<Row>,
  { filter, order, scope = rows.scope, past, description = usualDescription(rows, order) }: RowsField<Row>,
): void {
  const plural = pluralOf(nounOfRows(rows));
  builder.queryField(name, (t) =>
    t.field({
      type: connectionOf(rows.type) as never,
      rule: rows.rule,
      description,
      args: {
        ...scopeArgs(t.arg, scope),
        filter: t.arg({ type: filter, description: `Only ${plural} that match this filter.` }),
        orderBy: t.arg({
          type: [order.type],
          description:
            'The order of the list, by at most 4 fields: each decides among the items that all before it leave equal, and last the id. A single one needs no brackets.',
        }),
        ...(past && { asOf: asOfArg(t.arg, rows, past) }),
        ...pageArgs(t.arg, rows),
      },
      resolve: async (_root, { filter: given, orderBy, ...args }, ctx, { schema }) => {
        const { viewer } = requireViewer(ctx);
        const { tenantId, organizationId, asOf, ...page } = args as typeof args & OptionalArgs;
        const feed = scope.feed(viewer, tenantId, organizationId);
        requireModuleOf(rows.entity, viewer, tenantId);
        const asked = { schema, typeName: rows.type, viewer };
        const wanted = toWhere<Row>(given, asked);
        const list = {
          args: page,
          order: readOrder(orderBy, [order.usual], asked),
          where: { AND: [await scope.rows(feed, ctx.db), wanted] } as Where<Row>,
          feed,
        };
        if (past && asOf) return pastPage(ctx, rows, list, { asOf, filter: given ?? {}, past }) as never;
        return rowPage(ctx, rows, list) as never;
      },
    }),
  );
}

/** E.g. "The plans of a tenant that the viewer may see, by name unless ordered otherwise." */
function usualDescription<Row extends EntityRow>(rows: Rows<Row>, { usual }: ListOrder): string {
  const listed = [pluralOf(nounOfRows(rows)), rows.scope.words].filter(Boolean).join(' ');
  const latestFirst = usual.kind === 'time' && usual.direction === 'desc';
  const order = latestFirst ? 'the latest first' : `by ${usual.column}`;
  return `The ${listed} that the viewer may see, ${order} unless ordered otherwise.`;
}
