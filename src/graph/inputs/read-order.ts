import type { GraphQLSchema } from 'graphql';
import { badArgument, forbidden } from '../../core/requests/errors.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Direction, Order, SortKey } from '../pages/order.ts';
import { mayReadColumn } from '../schema/field-access.ts';

const MAX_KEYS = 4;

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
  if (given.length > MAX_KEYS) throw badArgument('orderBy', `at most ${MAX_KEYS} fields.`);
  const columns = given.map(({ field }) => field.column);
  if (new Set(columns).size < columns.length) throw badArgument('orderBy', 'each field at most once.');
  const secret = columns.find((column) => !mayReadColumn(schema, typeName, viewer, column));
  if (secret !== undefined) throw forbidden(`${typeName}.${secret} in an order`);
  return given.map(({ field, direction }) => ({ ...field, direction }));
}
