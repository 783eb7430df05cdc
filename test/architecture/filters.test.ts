import { expect, test } from '@jest/globals';
import { type GraphQLInputField, getNamedType, isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { RequestError } from '../../src/core/requests/errors.ts';
import type { Model } from '../../src/core/rows/models.ts';
import { MODELS } from '../../src/generated/models.ts';
import { getDatamodel } from '../../src/generated/pothos.ts';
import { toWhere } from '../../src/graph/inputs/filter.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import { schema } from '../../src/schema.ts';
import { aViewer } from '../support/unit-group.ts';

const JOINTS = ['and', 'or', 'not'];
const COMPARABLE = ['integer', 'minorUnits', 'time', 'enum', 'boolean'];

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

/** The columns that a type shows and that compare by their values: numbers, times, enums and booleans. */
const comparable = Object.entries(MODELS as Readonly<Record<string, Model>>).flatMap(
  ([model, { columns: all }]) => {
    const type = schema.getType(model);
    if (!isObjectType(type) || !schema.getType(`${model}Filter`)) return [];
    const shown = new Set(
      Object.values(type.getFields()).flatMap(({ extensions }) => extensions.columns ?? []),
    );
    return Object.entries(all)
      .filter(([name, { kind, isList }]) => shown.has(name) && COMPARABLE.includes(kind) && !isList)
      .filter(([name]) => name !== 'version')
      .map(([name]) => ({ model, name }));
  },
);

function sortedColumnsOf(model: string): string[] {
  const fields = schema.getType(`${model}OrderField`);
  return isEnumType(fields) ? fields.getValues().map(({ value }) => value.column) : [];
}

test('every number, time, enum and boolean that a type shows can be filtered and sorted by', () => {
  expect(comparable.length).toBeGreaterThan(40);
  const filtered = columns.map(({ model, test: { name } }) => `${model}.${name}`);
  const names = comparable.map(({ model, name }) => `${model}.${name}`);
  expect(names.filter((name) => !filtered.includes(name))).toEqual([]);
  expect(
    comparable
      .filter(({ model, name }) => !sortedColumnsOf(model).includes(name))
      .map(({ model, name }) => `${model}.${name}`),
  ).toEqual([]);
});

/** Operators that no filter has without the other one. */
const COMPANIONS = [
  ['equals', 'notEquals'],
  ['in', 'notIn'],
  ['gt', 'in'],
  ['contains', 'startsWith'],
] as const;

test('a filter with an operator has its companion: the negation, equality beside an order, the start of a text', () => {
  const lacking = Object.values(schema.getTypeMap()).flatMap((type) => {
    const operators =
      isInputObjectType(type) && type.name.endsWith('Filter') ? Object.keys(type.getFields()) : [];
    return COMPANIONS.filter(([one, other]) => operators.includes(one) && !operators.includes(other)).map(
      ([, other]) => `${type.name}.${other}`,
    );
  });
  expect(lacking).toEqual([]);
});

const everything = aViewer({
  role: 'PLATFORM_ADMIN',
  permissions: new Set(grantedPermissions.all),
  reach: 'EVERY_TENANT',
});

/** The rule under which a part of an `or` is refused; null if it is not. */
function ruleOf(model: string, column: string, test: object): string | null {
  try {
    toWhere(
      { or: [{ id: { in: [] } }, { [column]: test }] },
      { schema, typeName: model, viewer: everything },
    );
    return null;
  } catch (error) {
    return error instanceof RequestError ? error.rule : String(error);
  }
}

test('a part of an `or` that excludes no row is refused in every filter, and one that chooses none is not', () => {
  const listed = columns.filter(({ test: { type } }) => {
    const offered = getNamedType(type);
    return isInputObjectType(offered) && 'notIn' in offered.getFields();
  });
  expect(new Set(listed.map(({ model }) => model)).size).toBeGreaterThan(10);
  for (const {
    model,
    test: { name },
  } of listed) {
    const rules = [{ notIn: [] }, {}, { in: [] }].map((one) => ruleOf(model, name, one));
    expect([model, name, ...rules]).toEqual([model, name, 'TESTS_NOTHING', 'TESTS_NOTHING', null]);
  }
});
