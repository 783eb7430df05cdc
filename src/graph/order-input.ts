import { builder } from './builder.ts';

/** Declares the order of an entity's lists: an enum of never-null columns, and a direction. */
export function orderInput(
  name: string,
  noun: string,
  fields: Record<string, { column: string; description: string }>,
) {
  const values = Object.fromEntries(
    Object.entries(fields).map(([value, { column, description }]) => [value, { value: column, description }]),
  );
  const field = builder.enumType(`${name}OrderField`, {
    description: `What ${noun} can be sorted by.`,
    values,
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
