import type { InputFieldMap, InputRef } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { badArgument, forbidden } from '../core/errors.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Where } from '../core/where.ts';
import { builder } from './builder.ts';
import { mayReadColumn } from './field-access.ts';

const MAX_DEPTH = 4;
const MAX_TESTS = 50;
const MAX_LISTED = 500;
const MAX_TEXT = 200;

/** A filter as it arrives: tests by column, joined by `and`, `or` and `not`. */
export interface FilterShape {
  readonly and?: readonly FilterShape[] | null;
  readonly or?: readonly FilterShape[] | null;
  readonly not?: FilterShape | null;
  readonly [column: string]: unknown;
}

type FilterFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

const onId = (t: FilterFields) => ({
  equals: t.id({ description: 'Equals this id.' }),
  in: t.idList({ description: 'Equals one of these ids, at most 500.' }),
});

const onString = (t: FilterFields) => ({
  equals: t.string({ description: 'Equals this string.' }),
  in: t.stringList({ description: 'Equals one of these strings, at most 500.' }),
  contains: t.string({
    description:
      'Contains this string, ignoring case; at most 200 characters. No character has a special meaning. An empty string matches everything.',
  }),
});

const onDateTime = (t: FilterFields) => ({
  gt: t.field({ type: 'DateTime', description: 'Is later than this.' }),
  gte: t.field({ type: 'DateTime', description: 'Is this or later.' }),
  lt: t.field({ type: 'DateTime', description: 'Is earlier than this.' }),
  lte: t.field({ type: 'DateTime', description: 'Is this or earlier.' }),
});

const onEnum = <Value extends string>(t: FilterFields, type: InputRef<Value>) => ({
  equals: t.field({ type, description: 'Equals this value.' }),
  in: t.field({ type: [type], description: 'Equals one of these values.' }),
});

const onAbsence = (t: FilterFields) => ({
  isNull: t.boolean({
    description: 'Whether there is no value. What else is tested holds only where there is one.',
  }),
});

export const IdFilter = builder.inputType('IdFilter', {
  description: 'Filters by an id. All given conditions must hold.',
  fields: onId,
});

export const NullableIdFilter = builder.inputType('NullableIdFilter', {
  description: 'Filters by an id that may be null. All given conditions must hold.',
  fields: (t) => ({ ...onId(t), ...onAbsence(t) }),
});

export const StringFilter = builder.inputType('StringFilter', {
  description: 'Filters by a string. All given conditions must hold.',
  fields: onString,
});

export const NullableStringFilter = builder.inputType('NullableStringFilter', {
  description: 'Filters by a string that may be null. All given conditions must hold.',
  fields: (t) => ({ ...onString(t), ...onAbsence(t) }),
});

export const StringListFilter = builder.inputType('StringListFilter', {
  description: 'Filters by a list of strings.',
  fields: (t) => ({ has: t.string({ description: 'Has exactly this text, 200 characters at most.' }) }),
});

export const BooleanFilter = builder.inputType('BooleanFilter', {
  description: 'Filters by a boolean.',
  fields: (t) => ({ equals: t.boolean({ required: true, description: 'Equals this value.' }) }),
});

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'Filters by a date and time. All given conditions must hold.',
  fields: onDateTime,
});

export const NullableDateTimeFilter = builder.inputType('NullableDateTimeFilter', {
  description: 'Filters by a date and time that may be null. All given conditions must hold.',
  fields: (t) => ({ ...onDateTime(t), ...onAbsence(t) }),
});

export const IntFilter = builder.inputType('IntFilter', {
  description: 'Filters by an integer. All given conditions must hold.',
  fields: (t) => ({
    equals: t.int({ description: 'Is this number.' }),
    in: t.intList({ description: 'Is one of these numbers, 500 at most.' }),
    gt: t.int({ description: 'Is greater than this.' }),
    gte: t.int({ description: 'Is this or greater.' }),
    lt: t.int({ description: 'Is less than this.' }),
    lte: t.int({ description: 'Is this or less.' }),
  }),
});

/** Declares the filter of an enum's values. */
export function enumFilter<Value extends string>(name: string, type: InputRef<Value>) {
  return builder.inputType(`${name}Filter`, {
    description: `Filters by ${name}. All given conditions must hold.`,
    fields: (t) => onEnum(t, type),
  });
}

/** Declares the filter of an enum's values where there may be none. */
export function nullableEnumFilter<Value extends string>(name: string, type: InputRef<Value>) {
  return builder.inputType(`Nullable${name}Filter`, {
    description: `Filters by ${name}, which may be null. All given conditions must hold.`,
    fields: (t) => ({ ...onEnum(t, type), ...onAbsence(t) }),
  });
}

/** Declares the filter of an entity: the given tests by column, and `and`, `or`, `not` to join them. */
export function filterInput(name: string, noun: string, columns: (t: FilterFields) => InputFieldMap) {
  const ref = builder.inputRef<FilterShape>(`${name}Filter`);
  return ref.implement({
    description: `Filters ${noun}. All given conditions must hold; at most ${MAX_TESTS} conditions in ${MAX_DEPTH} levels, and no nulls.`,
    fields: (t) => ({
      ...columns(t),
      and: t.field({ type: [ref], description: 'All of these must hold.' }),
      or: t.field({ type: [ref], description: 'At least one of these must hold.' }),
      not: t.field({ type: ref, description: 'This must not hold.' }),
    }),
  });
}

/**
 * Turns a filter into a condition on rows. Throws BAD_USER_INPUT beyond the limits and for null in it, and FORBIDDEN for
 * a column that the viewer may not read: a filter answers questions about what it tests.
 */
export function toWhere<Row>(
  filter: FilterShape | null | undefined,
  asked: { schema: GraphQLSchema; typeName: string; viewer: Viewer | null },
): Where<Row> {
  let tests = 0;
  const convert = (part: FilterShape, depth: number): Where<object> => {
    if (depth > MAX_DEPTH) throw badArgument('filter', `at most ${MAX_DEPTH} levels of and, or, not.`);
    const { and, or, not, ...columns } = part;
    refuseNulls('filter', part);
    const given = Object.entries(columns).filter(([, test]) => test !== undefined);
    tests += given.length;
    if (tests > MAX_TESTS) throw badArgument('filter', `at most ${MAX_TESTS} conditions.`);
    for (const [column, test] of given) {
      if (!mayReadColumn(asked.schema, asked.typeName, asked.viewer, column)) {
        throw forbidden(`${asked.typeName}.${column} in a filter`);
      }
      refuseNulls(`filter.${column}`, test as object);
      checkSizes(column, test as object);
    }
    return {
      AND: [
        ...given.flatMap(([column, test]) => testsOf(column, test as ColumnTest)),
        ...(and ?? []).map((inner) => convert(inner, depth + 1)),
      ],
      ...(or && { OR: or.map((inner) => convert(inner, depth + 1)) }),
      ...(not && { NOT: convert(not, depth + 1) }),
    };
  };
  return convert(filter ?? {}, 1) as Where<Row>;
}

interface ColumnTest {
  readonly isNull?: boolean;
}

function testsOf(column: string, { isNull, ...comparison }: ColumnTest): Where<object>[] {
  const absence = isNull === undefined ? [] : [{ [column]: isNull ? { equals: null } : { not: null } }];
  return [{ [column]: comparison }, ...absence];
}

/**
 * Null would be read in two ways, as no test and as a test for null, and whoever meant the other one is shown, or
 * deletes, what was never asked for.
 */
function refuseNulls(argument: string, part: object): void {
  for (const [name, value] of Object.entries(part)) {
    if (value !== null) continue;
    throw badArgument(
      `${argument}.${name}`,
      'must not be null. Leave it out to test nothing; where there may be no value, `isNull` tests that.',
    );
  }
}

function checkSizes(column: string, test: object): void {
  for (const operand of Object.values(test)) {
    if (Array.isArray(operand) && operand.length > MAX_LISTED) {
      throw badArgument(`filter.${column}`, `at most ${MAX_LISTED} values.`);
    }
    for (const text of [operand].flat().filter((one) => typeof one === 'string')) {
      if (text.length > MAX_TEXT) throw badArgument(`filter.${column}`, `at most ${MAX_TEXT} characters.`);
      if (text.includes('\0')) throw badArgument(`filter.${column}`, 'no NUL character.');
    }
  }
}
