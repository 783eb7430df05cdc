import type { GraphQLField } from 'graphql';

/** The options of a field that costs as much as so many objects of an answer. */
export function costing(objects: number) {
  return { extensions: { cost: objects } };
}

/** What one value of a field costs, in objects; what leads to more is counted beside it. */
export function costOfField({ extensions }: GraphQLField<unknown, unknown>): number {
  return typeof extensions.cost === 'number' ? extensions.cost : 1;
}
