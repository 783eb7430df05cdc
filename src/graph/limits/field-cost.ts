import type { GraphQLField } from 'graphql';

/** The options of a field that costs as much as `objects` objects of an answer. */
export function costing(objects: number) {
  return { extensions: { cost: objects } };
}

/** The cost of one value of a field, in objects. The objects that its selection leads to are counted separately. */
export function costOfField({ extensions }: GraphQLField<unknown, unknown>): number {
  return typeof extensions.cost === 'number' ? extensions.cost : 1;
}
