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
    description: `How ${noun} are sorted. The id decides between equals.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'What to sort by.' }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'asc',
        description: 'Which end comes first.',
      }),
    }),
  });
}

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of a list comes first.',
  values: {
    ASC: { value: 'asc', description: 'The smallest, the earliest.' },
    DESC: { value: 'desc', description: 'The largest, the latest.' },
  } as const,
});
