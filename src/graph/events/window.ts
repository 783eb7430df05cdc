import type { GraphQLSchema } from 'graphql';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches, type Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { tableOf } from '../../db/table.ts';
import { type FilterShape, toWhere } from '../inputs/filter.ts';
import type { ListOrder } from '../inputs/order-input.ts';
import { type OrderShape, readOrder } from '../inputs/read-order.ts';
import { comparisonOf } from '../pages/compare-rows.ts';
import { MAX_PAGE, orderByOf } from '../pages/keyset.ts';
import type { Order } from '../pages/order.ts';
import type { FollowArgs } from './follow.ts';
import type { SubscriptionArg } from './subscription-field.ts';
import type { Standing, WindowRows } from './window-rows.ts';

// A window is the first N rows of a list in an order. A stream that asks for one begins with these rows and says of each
// later change which rows left them and where others stand now: so a client shows the top of a long list without all of it.

const WINDOW = sentences('BAD_USER_INPUT', {
  WINDOW_SIZE: 'Argument "{argument}": from 1 to {max}.',
  WINDOW_WITHOUT_SNAPSHOT:
    'Argument "{argument}": needs "snapshot: true", because a window begins with its rows.',
  ORDER_WITHOUT_WINDOW:
    'Argument "{argument}": needs "first", because a stream of all rows has no order: sort them in the client.',
});

/** The arguments that ask for a window. */
export function windowArgs(arg: SubscriptionArg, { type }: Pick<Rows<never>, 'type'>, order: ListOrder) {
  return {
    first: arg.int({
      description: `Keeps a window: only the first N rows, from 1 to ${MAX_PAGE}. ${placedTypeOf(type)} gives the position of a row, and the event of one that left says why. A window that resumes after a change of it receives its rows again. With \`snapshot\` only.`,
    }),
    orderBy: arg({
      type: [order.type],
      description:
        'The order of the window, as that of the list: by at most 4 fields, and last by the id. With `first` only.',
    }),
  };
}

/**
 * Reads which window the arguments ask for; null if they ask for none. Throws BAD_USER_INPUT for sizes and combinations
 * that cannot be honoured, and FORBIDDEN for an order by a column that the viewer may not read.
 */
export function windowOf<Row extends EntityRow>(
  rows: Rows<Row>,
  { order, goneType }: { readonly order: ListOrder; readonly goneType: string },
  viewer: Viewer,
  args: FollowArgs,
  schema: GraphQLSchema,
): WindowRows | null {
  const { first, orderBy } = args as { first?: number | null; orderBy?: readonly OrderShape[] | null };
  if (first == null) {
    if (orderBy) throw badArgument(WINDOW.ORDER_WITHOUT_WINDOW({ argument: 'orderBy' }));
    return null;
  }
  if (args.snapshot !== true) throw badArgument(WINDOW.WINDOW_WITHOUT_SNAPSHOT({ argument: 'first' }));
  if (first < 1 || first > MAX_PAGE)
    throw badArgument(WINDOW.WINDOW_SIZE({ argument: 'first', max: MAX_PAGE }));
  const asked = { schema, typeName: rows.type, viewer };
  const inOrder: Order = readOrder(orderBy, [order.usual], asked);
  const visible = rows.visibleTo(viewer);
  const wanted = toWhere<Row>(args.filter as FilterShape | null | undefined, asked);
  const isAsked = (args.id ? { id: String(args.id) } : {}) as Where<Row>;
  const standing = (row: Row | null): Standing => {
    if (row === null || !matches(visible, row)) return 'GONE';
    return matches(wanted, row) && matches(isAsked, row) ? 'LISTED' : 'FILTERED';
  };
  return {
    types: { snapshot: `${rows.type}Snapshot`, placed: placedTypeOf(rows.type), gone: goneType },
    shownAs: rows.type,
    entity: rows.entity.name,
    first,
    read: async (db, feed, take) => {
      const where = { AND: [await rows.scope.rows(feed, db), visible, wanted, isAsked] } as Where<Row>;
      return tableOf<Row>(db, rows.entity).findMany({
        where: toPrismaWhere(where),
        orderBy: orderByOf(inOrder),
        take,
      });
    },
    compare: comparisonOf(inOrder),
    standing: standing as WindowRows['standing'],
  };
}

/** The GraphQL type of a row of a window with its position. */
export function placedTypeOf(type: string): string {
  return `${type}Placed`;
}
