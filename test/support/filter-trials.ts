import { type GraphQLInputObjectType, getNamedType, isInputObjectType } from 'graphql';
import type { Variables } from './person.ts';
import { fleetingColumns } from './samples.ts';

/** A row in the form in which the change log holds it. */
export type Image = Readonly<Record<string, unknown>> & { readonly id: string };

/** A filter, and the ids of the rows that match it. */
export interface FilterTrial {
  readonly filter: Variables;
  readonly matching: readonly string[];
}

type Value = string | number | boolean | readonly string[];

interface Operator {
  /** The operands to try, chosen from the values that rows have: `middle` is one of these. */
  readonly operands: (middle: Value, values: readonly Value[]) => readonly unknown[];
  readonly matches: (value: Value, operand: never) => boolean;
  /** Whether a row without a value matches. */
  readonly matchesNull?: boolean;
}

const boundary = (middle: Value) => [middle];

// The meaning of each operator is repeated here, so that a fault shared by all implementations of a filter is found.
const OPERATORS: Readonly<Record<string, Operator>> = {
  equals: { operands: boundary, matches: (value, operand: Value) => value === operand },
  notEquals: {
    operands: boundary,
    matches: (value, operand: Value) => value !== operand,
    matchesNull: true,
  },
  in: {
    operands: (middle, [first]) => [[first, middle], []],
    matches: (value, operand: readonly Value[]) => operand.includes(value),
  },
  notIn: {
    operands: (middle, [first]) => [[first, middle], [middle], []],
    matches: (value, operand: readonly Value[]) => !operand.includes(value),
    matchesNull: true,
  },
  contains: {
    operands: (middle) => [String(middle).slice(1, -1).toUpperCase()],
    matches: (value, operand: string) => String(value).toUpperCase().includes(operand),
  },
  startsWith: {
    operands: (middle) => [0, 1].map((start) => String(middle).slice(start, -1).toUpperCase()),
    matches: (value, operand: string) => String(value).toUpperCase().startsWith(operand),
  },
  has: {
    operands: (middle) => [(middle as readonly string[])[0]],
    matches: (value, operand: string) => (value as readonly string[]).includes(operand),
  },
  gt: { operands: boundary, matches: (value, operand: Value) => value > operand },
  gte: { operands: boundary, matches: (value, operand: Value) => value >= operand },
  lt: { operands: boundary, matches: (value, operand: Value) => value < operand },
  lte: { operands: boundary, matches: (value, operand: Value) => value <= operand },
};

/** Makes the filters by every operator of every column, each alone and within `and`, `or` and `not`, for the given rows. */
export function filterTrials(type: GraphQLInputObjectType, rows: readonly Image[]): FilterTrial[] {
  const columns = Object.values(type.getFields()).filter(({ name }) => !['and', 'or', 'not'].includes(name));
  return columns.flatMap(({ name, type: testType }) => {
    const test = getNamedType(testType);
    if (fleetingColumns.has(`${type.name}.${name}`)) return [];
    if (!isInputObjectType(test)) throw new Error(`${type.name}.${name} is no test of a column.`);
    return Object.keys(test.getFields()).flatMap((operator) =>
      operator === 'isNull' ? absenceTrials(rows, name) : operatorTrials(rows, name, operator),
    );
  });
}

function absenceTrials(rows: readonly Image[], column: string): FilterTrial[] {
  return [true, false].flatMap((isNull) =>
    aloneAndJoined(rows, { [column]: { isNull } }, (row) => (row[column] === null) === isNull),
  );
}

function operatorTrials(rows: readonly Image[], column: string, name: string): FilterTrial[] {
  const operator = OPERATORS[name];
  if (!operator) throw new Error(`Say in test/support/filter-trials.ts what ${name} means.`);
  const values = [...new Set(rows.map((row) => row[column] as Value | null))]
    .filter((value) => value !== null && (!Array.isArray(value) || value.length > 0))
    .toSorted() as Value[];
  const middle = values[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error(`No sample makes a row with a value in ${column}.`);
  return operator.operands(middle, values).flatMap((operand) => {
    return aloneAndJoined(rows, { [column]: { [name]: operand } }, (row) => {
      const value = row[column] as Value | null;
      return value === null ? (operator.matchesNull ?? false) : operator.matches(value, operand as never);
    });
  });
}

/** Says whether a test, `{ column: { operator: operand } }`, has an empty list or an empty text as its operand. */
function isOfNothing(test: Variables): boolean {
  return Object.values(test).some((operators) =>
    Object.values(operators as object).some(
      (operand) => operand === '' || (Array.isArray(operand) && operand.length === 0),
    ),
  );
}

/** The test by itself, and `and [ or [ not test, the first row ] ]`. */
function aloneAndJoined(
  rows: readonly Image[],
  test: Variables,
  isMatch: (row: Image) => boolean,
): FilterTrial[] {
  const id = rows[0]?.id;
  const joined = { and: [{ or: [{ not: test }, { id: { equals: id } }] }] };
  const idsOf = (found: readonly Image[]) => found.map((row) => row.id).toSorted();
  const alone = { filter: test, matching: idsOf(rows.filter((row) => isMatch(row))) };
  // A part of an `or` must exclude something, and the negation of an empty operand excludes nothing.
  if (isOfNothing(test)) return [alone];
  return [alone, { filter: joined, matching: idsOf(rows.filter((row) => row.id === id || !isMatch(row))) }];
}
