import type { GraphQLField } from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** The options of a field that costs as much as `objects` objects of an answer. */
export function costing(objects: number) {
  return { extensions: { cost: objects } };
}

/** The options of a field with a list that has at most so many items, and no page size. */
export function listing(most: number) {
  return { extensions: { most } };
}

/** The items of a field with a list that has no page size; undefined if the field declares none. */
export function mostOfField({ extensions }: Field): number | undefined {
  return typeof extensions.most === 'number' ? extensions.most : undefined;
}

/** The cost of one value of a field, in objects. The objects that its selection leads to are counted separately. */
export function costOfField({ extensions }: Field): number {
  return typeof extensions.cost === 'number' ? extensions.cost : 1;
}

/** The database statements of one value of a field: one for a page, and what `extensions.statements` declares. */
export function statementsOfField(field: Field): number {
  const { statements } = field.extensions;
  return typeof statements === 'number' ? statements : Number(isPaged(field));
}

/** Whether a field returns a page of a list. */
export function isPaged({ args }: Field): boolean {
  return args.some(({ name }) => name === 'first' || name === 'last');
}
