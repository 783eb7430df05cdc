import { type GraphQLSchema, getNamedType, isInputObjectType } from 'graphql';
import { badArgument, RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches, type Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { columnOf } from '../../core/rows/models.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import { testsNothing } from '../../db/prisma-where.ts';
import { MODELS } from '../../generated/models.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import { builder } from '../schema/builder.ts';
import { mayReadColumn, shownRows } from '../schema/field-access.ts';
import { idOf } from '../schema/id-of.ts';
import { type ColumnFilter, filterOf } from './column-filters.ts';
import { columnWhere } from './column-where.ts';
import { type ColumnTest, readOperands } from './operands.ts';

const MAX_DEPTH = 4;
const MAX_TESTS = 50;

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

const FILTER = sentences('BAD_USER_INPUT', {
  FILTER_TOO_DEEP: 'Argument "{argument}": at most {max} levels of and, or, not.',
  TOO_MANY_TESTS: 'Argument "{argument}": at most {max} conditions.',
  TESTS_NOTHING:
    'Argument "{argument}": tests nothing, so that everything would match: leave it out or complete it.',
  NULL_IN_FILTER:
    'Argument "{argument}": must not be null. Leave it out to test nothing; to test for null, use `isNull`.',
});
const CLOSED = sentences('FORBIDDEN', { FILTER_CLOSED: 'You are not allowed to access {name} in a filter.' });

/** The question that a filter belongs to. */
interface Asked {
  readonly schema: GraphQLSchema;
  /** The type whose fields show the columns. */
  readonly typeName: string;
  /** The type of the filter, if it is not named after that type. */
  readonly filterName?: string;
  readonly viewer: Viewer | null;
}

/**
 * Turns a filter into a condition on rows. Throws BAD_USER_INPUT beyond the limits, for a null and for a part of an `or`
 * that excludes no row, and FORBIDDEN for a column that the viewer may not read: a filter reveals the values that it tests.
 */
export function toWhere<Row>(filter: FilterShape | null | undefined, asked: Asked): Where<Row> {
  let tests = 0;
  const convert = (part: FilterShape, depth: number): Where<object> => {
    if (depth > MAX_DEPTH) throw badArgument(FILTER.FILTER_TOO_DEEP({ argument: 'filter', max: MAX_DEPTH }));
    const { and, or, not, ...columns } = part;
    refuseNulls('filter', part);
    const given = Object.entries(columns).filter(([, test]) => test !== undefined);
    tests += given.length;
    if (tests > MAX_TESTS) throw badArgument(FILTER.TOO_MANY_TESTS({ argument: 'filter', max: MAX_TESTS }));
    const inner = (parts: readonly FilterShape[]) => parts.map((one) => convert(one, depth + 1));
    const alternatives = or && inner(or);
    if (or) refusePointless(or);
    return {
      AND: [
        ...given.map(([column, test]) => askedWhere(column, test as ColumnTest, asked)),
        ...inner(and ?? []),
        ...inner(not ? [not] : []).map((one) => (not && asksNothing(not) ? {} : { NOT: one })),
      ],
      ...(alternatives && { OR: alternatives }),
    };
  };
  return convert(filter ?? {}, 1) as Where<Row>;
}

function askedWhere(column: string, test: ColumnTest, asked: Asked): Where<object> {
  if (!mayReadColumn(asked.schema, asked.typeName, asked.viewer, column)) {
    throw new RequestError(CLOSED.FILTER_CLOSED({ name: `${asked.typeName}.${column}` }));
  }
  refuseNulls(`filter.${column}`, test);
  const operands = readOperands(column, test);
  const where = columnWhere(column, operands, offersNull(column, asked));
  const shown = asked.viewer && shownRows(asked.schema, asked.typeName, asked.viewer, column);
  if (!shown) return where;
  // Where the viewer does not see the value, the column counts as null.
  const ofShown = { AND: [shown, where] };
  const isOfNull = matches(columnWhere(column, operands, true), { [column]: null });
  return isOfNull ? { OR: [ofShown, { NOT: shown }] } : ofShown;
}

/** Whether a column may be null: its filter then offers `isNull`. */
function offersNull(column: string, { schema, typeName, filterName = `${typeName}Filter` }: Asked): boolean {
  const filter = schema.getType(filterName);
  const test = isInputObjectType(filter) && filter.getFields()[column];
  const type = test && getNamedType(test.type);
  return isInputObjectType(type) && 'isNull' in type.getFields();
}

/** The columns that a filter tests. */
export function columnsTested({ and, or, not, ...columns }: FilterShape): string[] {
  const given = Object.keys(columns).filter((column) => columns[column] !== undefined);
  return [...given, ...[...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].flatMap(columnsTested)];
}

/**
 * Whether a part of a filter lets everything through because it tests nothing, under `not`, too: an empty search, and what
 * `isBare` finds. `testsNothing` says the same of the condition that a filter becomes.
 */
export function asksNothing({ and = [], or, not, ...columns }: FilterShape): boolean {
  const areColumnsEmpty = Object.entries(columns).every(([column, test]) => testsNothing({ [column]: test }));
  const isOrEmpty = !or || (or.length > 0 && or.every(asksNothing));
  return areColumnsEmpty && (and ?? []).every(asksNothing) && isOrEmpty && (!not || asksNothing(not));
}

/**
 * Refuses a part of an `or` that excludes no row: it would make the others pointless and let everything through. An
 * emptied search of several columns is none of these: all of its parts look for the empty text.
 */
function refusePointless(or: readonly FilterShape[]): void {
  if (or.every(asksNothing) && !or.some(isBare)) return;
  const empty = or.findIndex((part) => testsNothing(plainWhere(part)));
  if (empty === -1) return;
  throw badArgument(FILTER.TESTS_NOTHING({ argument: `filter.or.${empty}` }));
}

/** The condition of a part of a filter, for any viewer. That of `notIn: []` tests nothing, although the part does. */
function plainWhere({ and, or, not, ...columns }: FilterShape): Where<object> {
  const given = Object.entries(columns).filter(([, test]) => test !== undefined);
  const tests = given.map(([column, test]) => columnWhere(column, test as ColumnTest, false));
  const negation = not && !asksNothing(not) ? [{ NOT: plainWhere(not) }] : [];
  return {
    AND: [...tests, ...(and ?? []).map(plainWhere), ...negation],
    ...(or && { OR: or.map(plainWhere) }),
  };
}

/** Whether a part of a filter has no operand at all, not even the empty text of a search. */
function isBare(part: unknown): boolean {
  if (part === undefined) return true;
  return typeof part === 'object' && part !== null && Object.values(part).every(isBare);
}

/**
 * Null could mean "no test" or "is null". With the wrong one, a client would see, or delete, rows that it never asked
 * for.
 */
function refuseNulls(argument: string, part: object): void {
  for (const [name, value] of Object.entries(part)) {
    if (value !== null) continue;
    throw badArgument(FILTER.NULL_IN_FILTER({ argument: `${argument}.${name}` }));
  }
}
