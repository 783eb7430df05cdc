import type { GraphQLSchema } from 'graphql';
import { badArgument, RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Direction, Order, SortKey } from '../pages/order.ts';
import { mayReadColumn } from '../schema/field-access.ts';

const MAX_KEYS = 4;

const ORDER = sentences('BAD_USER_INPUT', {
  TOO_MANY_ORDERS: 'Argument "{argument}": at most {max} fields.',
  ORDERED_TWICE: 'Argument "{argument}": each field at most once.',
});
const CLOSED = sentences('FORBIDDEN', { ORDER_CLOSED: 'You are not allowed to access {name} in an order.' });

/** One key of an order as GraphQL parses it. */
export interface OrderShape {
  readonly field: SortKey;
  readonly direction: Direction;
}

/** The list that an order belongs to. */
interface Asked {
  readonly schema: GraphQLSchema;
  /** The type whose fields show the columns. */
  readonly typeName: string;
  readonly viewer: Viewer | null;
}

/**
 * Reads the order of a list. Throws BAD_USER_INPUT for too many keys and for a field that is given twice, and FORBIDDEN
 * for a column that the viewer may not read: an order reveals the values that it compares.
 */
export function readOrder(
  given: readonly OrderShape[] | null | undefined,
  usual: Order,
  { schema, typeName, viewer }: Asked,
): Order {
  if (!given || given.length === 0) return usual;
  if (given.length > MAX_KEYS)
    throw badArgument(ORDER.TOO_MANY_ORDERS({ argument: 'orderBy', max: MAX_KEYS }));
  const columns = given.map(({ field }) => field.column);
  if (new Set(columns).size < columns.length) throw badArgument(ORDER.ORDERED_TWICE({ argument: 'orderBy' }));
  const secret = columns.find((column) => !mayReadColumn(schema, typeName, viewer, column));
  if (secret !== undefined) throw new RequestError(CLOSED.ORDER_CLOSED({ name: `${typeName}.${secret}` }));
  return given.map(({ field, direction }) => ({ ...field, direction }));
}
