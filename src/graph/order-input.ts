import { builder } from './builder.ts';
import type { SortKey } from './keyset.ts';

/** Declares the order of an entity's lists: an enum of what they can be sorted by, and a direction. */
export function orderInput(
  name: string,
  noun: string,
  fields: Record<string, SortKey & { description: string }>,
) {
  const values = Object.fromEntries(
    Object.entries(fields).map(([value, { description, ...key }]) => [value, { value: key, description }]),
  );
  const field = builder.enumType(`${name}OrderField`, {
    description: `What ${noun} can be sorted by.`,
    // Pothos expects texts and numbers behind the values of an enum, GraphQL anything.
    values: values as Record<string, { value: never; description: string }>,
  });
  return builder.inputType(`${name}Order`, {
    description: `Sort order of ${noun}. Ties are broken by id.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'What to sort by.' }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'asc',
        description: 'Sort direction.',
      }),
    }),
  });
}

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Sort direction.',
  values: {
    ASC: { value: 'asc', description: 'Ascending: smallest or earliest first.' },
    DESC: { value: 'desc', description: 'Descending: largest or latest first.' },
  } as const,
});
