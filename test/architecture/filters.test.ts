import { expect, test } from '@jest/globals';
import { type GraphQLInputField, getNamedType, isInputObjectType } from 'graphql';
import { getDatamodel } from '../../src/generated/pothos.ts';
import { schema } from '../../src/schema.ts';

const JOINTS = ['and', 'or', 'not'];

/** Every column of a model that a filter can test. */
const columns = Object.entries(getDatamodel().datamodel.models).flatMap(([model, { fields }]) => {
  const filter = schema.getType(`${model}Filter`);
  if (!isInputObjectType(filter)) return [];
  return Object.values(filter.getFields())
    .filter(({ name }) => !JOINTS.includes(name))
    .map((test) => ({ model, test, field: fields.find(({ name }) => name === test.name) }));
});

function asksForNull({ type }: GraphQLInputField): boolean {
  const test = getNamedType(type);
  return isInputObjectType(test) && 'isNull' in test.getFields();
}

test('a filter tests columns of its model', () => {
  expect(columns.length).toBeGreaterThan(0);
  expect(
    columns.filter(({ field }) => !field).map(({ model, test: { name } }) => `${model}.${name}`),
  ).toEqual([]);
});

// Prisma refuses to compare a column that is never null with null. A column that may be null needs `isNull`.
test('a filter offers `isNull` for the columns that may be null, and for no other', () => {
  const wrong = columns.filter(({ test: offered, field }) => asksForNull(offered) === field?.isRequired);
  expect(wrong.map(({ model, test: { name } }) => `${model}.${name}`)).toEqual([]);
});
