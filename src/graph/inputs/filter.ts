import type { GraphQLSchema } from 'graphql';
import { badArgument, forbidden } from '../../core/requests/errors.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { columnOf } from '../../core/rows/models.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import { MODELS } from '../../generated/models.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import { builder } from '../schema/builder.ts';
import { mayReadColumn } from '../schema/field-access.ts';
import { idOf } from '../schema/id-of.ts';
import { type ColumnFilter, filterOf } from './column-filters.ts';

const MAX_DEPTH = 4;
const MAX_TESTS = 50;
const MAX_LISTED = 500;
const MAX_TEXT = 200;

/** A filter as GraphQL parses it: tests by column, joined by `and`, `or` and `not`. */
export interface FilterShape {
  readonly and?: readonly FilterShape[] | null;
  readonly or?: readonly FilterShape[] | null;
  readonly not?: FilterShape | null;
  readonly [column: string]: unknown;
}

/** A filter of one column, for which the description is not enough. */
interface FilterColumn {
  readonly description: string;
  /** The type of the filter, if it is not the default for such a column. */
  readonly type?: ColumnFilter;
  /** For a column of ids: the type of the rows that they identify, if the column is not named after it. */
  readonly idOf?: string;
}

/** The tests of a filter, by column. */
type FilterColumns<Row> = { readonly [Name in keyof Row & string]?: string | FilterColumn };

/** The columns by which every entity can be filtered. */
const OF_EVERY_ENTITY = {
  id: 'By id.',
  createdAt: 'By the time of creation.',
  updatedAt: 'By the time of the last change.',
};

/**
 * Declares the filter of some rows: the given columns, those of every entity, and `and`, `or`, `not` to join them. The
 * kind of a column decides its filter.
 */
export function filterInput<Row extends EntityRow>(
  rows: Pick<Rows<Row>, 'entity' | 'type'>,
  tested: FilterColumns<Row>,
) {
  const { id, ...times } = OF_EVERY_ENTITY;
  const tests = Object.entries({ id, ...tested, ...times }).map(([name, by]) => [
    name,
    testOf(rows, name, typeof by === 'string' ? { description: by } : (by as FilterColumn)),
  ]);
  return joinedFilter(`${rows.type}Filter`, pluralOf(nounOfRows(rows)), Object.fromEntries(tests));
}

/** A test that a filter offers. */
interface Test {
  readonly type: ColumnFilter;
  readonly description: string;
  readonly extensions?: { readonly idOf: string };
}

function testOf(
  { entity, type }: Pick<Rows<never>, 'entity' | 'type'>,
  name: string,
  by: FilterColumn,
): Test {
  const { description, type: filter } = by;
  const column = columnOf(entity.name, name);
  const test = { type: filter ?? filterOf(column), description };
  if (column.kind !== 'id') return test;
  const addressed = by.idOf ?? (name === 'id' ? type : modelCalledAfter(name));
  if (!addressed) throw new Error(`The filter by ${type}.${name} needs the type of the ids (idOf).`);
  return { ...test, ...idOf(addressed) };
}

/** The model after which a column of ids is named: `planId` holds ids of a Plan. */
function modelCalledAfter(column: string): string | undefined {
  const name = capitalized(column.replace(/Id$/, ''));
  return name in MODELS ? name : undefined;
}

/** Declares the filter `name` of values that are not entities, with `and`, `or`, `not` to join the tests. */
export function joinedFilter(name: string, plural: string, tests: Readonly<Record<string, Test>>) {
  const ref = builder.inputRef<FilterShape>(name);
  return ref.implement({
    description: `Filters ${plural}. All given conditions must hold; at most ${MAX_TESTS} conditions in ${MAX_DEPTH} levels, and no nulls.`,
    fields: (t) => ({
      ...Object.fromEntries(Object.entries(tests).map(([column, test]) => [column, t.field(test)])),
      and: t.field({ type: [ref], description: 'All of these must hold.' }),
      or: t.field({ type: [ref], description: 'At least one of these must hold.' }),
      not: t.field({ type: ref, description: 'This must not hold.' }),
    }),
  });
}

/**
 * Turns a filter into a condition on rows. Throws BAD_USER_INPUT beyond the limits and for a null, and FORBIDDEN for a
 * column that the viewer may not read: a filter reveals the values that it tests.
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
 * Null could mean "no test" or "is null". With the wrong one, a client would see, or delete, rows that it never asked
 * for.
 */
function refuseNulls(argument: string, part: object): void {
  for (const [name, value] of Object.entries(part)) {
    if (value !== null) continue;
    throw badArgument(
      `${argument}.${name}`,
      'must not be null. Leave it out to test nothing; to test for null, use `isNull`.',
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
