import { fold } from '../../lib/fold.ts';

/**
 * A condition on one row, in a language small enough to mean the same in two places: as the filter of a query and as a
 * test of an image from the change log. Row visibility and the `filter` arguments are written in it. Text is compared
 * literally; `contains` and `startsWith` compare folds.
 */
export type Where<Row> = { readonly [Column in keyof Row]?: Test<NonNullable<Row[Column]>> | null } & {
  readonly AND?: readonly Where<Row>[];
  readonly OR?: readonly Where<Row>[];
  readonly NOT?: Where<Row>;
};

type Comparable = string | number | boolean | Date | readonly string[];

export type Test<Value> = Value | Comparison<Value>;

export interface Comparison<Value> {
  readonly equals?: Value | null;
  readonly not?: Value | null;
  readonly in?: readonly Value[];
  readonly contains?: string;
  readonly startsWith?: string;
  /** A list contains exactly this element. */
  readonly has?: Value extends readonly (infer Element)[] ? Element : never;
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
}

/** Holds for no row. */
export const NOTHING = { OR: [] } as const;

/**
 * Tests a row in memory, with the same result as the query. Like SQL it knows three truth values, because `NOT (phone =
 * 'x')` does not hold for a row without a phone.
 */
export function matches<Row extends object>(where: Where<Row>, row: Row): boolean {
  return holds(where, row) === true;
}

/** `null` is the unknown of SQL. */
type Truth = boolean | null;

function holds<Row extends object>(where: Where<Row>, row: Row): Truth {
  return every(
    Object.entries(where).map(([key, test]) => {
      if (test === undefined) return true;
      if (key === 'AND') return every((test as readonly Where<Row>[]).map((part) => holds(part, row)));
      if (key === 'OR')
        return not(every((test as readonly Where<Row>[]).map((part) => not(holds(part, row)))));
      if (key === 'NOT') return not(holds(test as Where<Row>, row));
      return passes(test as Test<Comparable> | null, (row as Record<string, Comparable | null>)[key] ?? null);
    }),
  );
}

function every(parts: readonly Truth[]): Truth {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function passes(test: Test<Comparable> | null, value: Comparable | null): Truth {
  if (test === null || typeof test !== 'object' || test instanceof Date) return equals(value, test);
  return every(
    Object.entries(test).map(([operator, operand]) =>
      operand === undefined ? true : OPERATORS[operator as keyof typeof OPERATORS](value, operand as never),
    ),
  );
}

type Operator = (value: Comparable | null, operand: never) => Truth;

const known =
  <Operand>(test: (value: Comparable, operand: Operand) => boolean) =>
  (value: Comparable | null, operand: Operand): Truth =>
    value === null ? null : test(value, operand);

/** A search for a text. An empty one does not ask about the row's value, so the answer is known even if the value is not. */
function search(finds: (value: string, sought: string) => boolean): Operator {
  const inFold = known((value, sought: string) => finds(fold(String(value)), sought));
  return (value, operand: string) => {
    const sought = fold(operand);
    return sought === '' || inFold(value, sought);
  };
}

const isOneOf = known((value, operand: readonly Comparable[]) => operand.some((one) => same(value, one)));

const OPERATORS = {
  equals: (value: Comparable | null, operand: Comparable | null) => equals(value, operand),
  not: (value: Comparable | null, operand: Comparable | null) => not(equals(value, operand)),
  // Nor does an empty list ask about the row's value.
  in: (value: Comparable | null, operand: readonly Comparable[]) =>
    operand.length === 0 ? false : isOneOf(value, operand),
  contains: search((value, sought) => value.includes(sought)),
  startsWith: search((value, sought) => value.startsWith(sought)),
  has: known((value, operand: string) => (value as readonly string[]).includes(operand)),
  gt: known((value, operand: Comparable) => value > operand),
  gte: known((value, operand: Comparable) => value >= operand),
  lt: known((value, operand: Comparable) => value < operand),
  lte: known((value, operand: Comparable) => value <= operand),
} satisfies Record<keyof Comparison<unknown>, Operator>;

function equals(value: Comparable | null, operand: Comparable | null): Truth {
  if (operand === null) return value === null;
  return value === null ? null : same(value, operand);
}

function same(a: Comparable, b: Comparable): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
