import type { InputRef } from '@pothos/core';
import type { EntityRow } from '../../core/rows/change.ts';
import { columnOf } from '../../core/rows/models.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import type { Direction, OrderKey, SortKey } from '../pages/order.ts';
import { builder } from '../schema/builder.ts';
import type { OrderShape } from './read-order.ts';

/** The columns by which rows can be sorted, with their descriptions. */
type OrderColumns<Row> = { readonly [Name in keyof Row & string]?: string };

const OF_EVERY_ENTITY = {
  createdAt: 'By the time of creation.',
  updatedAt: 'By the time of the last change.',
};

/** The order of lists of some rows. */
export interface ListOrder {
  readonly type: InputRef<OrderShape>;
  /** The order of a list when the client does not ask for one. */
  readonly usual: OrderKey;
}

const listOrders = new Map<string, ListOrder>();

/** The order of lists of some rows; undefined if it has not been declared before. */
export function listOrderOf({ type }: Pick<Rows<never>, 'type'>): ListOrder | undefined {
  return listOrders.get(type);
}

/**
 * Declares the order of lists of some rows: an enum of the columns to sort by, where `dueAt` is DUE_AT, and a
 * direction. The kind of a column decides how it is compared and paged.
 */
export function orderInput<Row extends EntityRow>(
  rows: Pick<Rows<Row>, 'entity' | 'type'>,
  [usual, direction]: readonly [column: keyof Row & string, direction: Direction],
  sorted: OrderColumns<Row>,
): ListOrder {
  const plural = pluralOf(nounOfRows(rows));
  const columns: Record<string, string> = { ...sorted, ...OF_EVERY_ENTITY };
  const field = builder.enumType(`${rows.type}OrderField`, {
    description: `The fields by which ${plural} can be sorted.`,
    values: Object.fromEntries(
      Object.entries(columns).map(([column, description]) => [
        screamingSnake(column),
        // Pothos expects texts and numbers as the values of an enum, GraphQL allows anything.
        { value: sortKey(rows, column) as never, description },
      ]),
    ),
  });
  const type = builder.inputType(`${rows.type}Order`, {
    description: `Sort order of ${plural}, by one field.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'The field to sort by.' }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'asc',
        description: 'Sort direction.',
      }),
    }),
  });
  const order = { type, usual: { ...sortKey(rows, usual), direction } };
  listOrders.set(rows.type, order);
  return order;
}

/** The key of lists that are sorted by a column. */
export function sortKey({ entity }: Pick<Rows<never>, 'entity'>, column: string): SortKey {
  const { kind, isNullable, values, isFolded } = columnOf(entity.name, column);
  return {
    rows: entity.name,
    column,
    kind,
    isNullable,
    ...(values && { values }),
    ...(isFolded && { isFolded }),
  };
}

function screamingSnake(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
}

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Sort direction.',
  values: {
    ASC: { value: 'asc', description: 'Ascending: smallest or earliest first.' },
    DESC: { value: 'desc', description: 'Descending: largest or latest first.' },
  } as const,
});
