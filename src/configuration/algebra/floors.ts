import { isEqual, type Json } from './json.ts';

/**
 * The order by which a FLOOR compares values. `meet` returns the weakest value that is as strong as both: it is
 * idempotent, commutative, associative and monotone, so it does not matter how many scopes set a floor, nor in which
 * order they are read. No number means "unlimited": that is null, and the weakest.
 */
export interface Floor {
  /** The stronger of two values, for descriptions: "the larger". */
  readonly stronger: string;
  meet(one: Json, other: Json): Json;
}

/** Tells whether a value is as strong as a floor, in whatever order its entries are. */
export function holds(floor: Floor, value: Json, atLeast: Json): boolean {
  return isEqual(floor.meet(value, atLeast), floor.meet(value, value));
}

/** A minimum: the larger number is stronger. Null requires nothing. */
export const larger: Floor = {
  stronger: 'the larger',
  meet: (one, other) => ofNumbers(Math.max, one, other),
};

/** A maximum: the smaller number is stronger. Null is unlimited. */
export const smaller: Floor = {
  stronger: 'the smaller',
  meet: (one, other) => ofNumbers(Math.min, one, other),
};

/** A duty, e.g. that a second factor is required. */
export const trueIsStronger: Floor = {
  stronger: 'true',
  meet: (one, other) => one === true || other === true,
};

/** A permission, e.g. that a password may be reset by e-mail. */
export const falseIsStronger: Floor = {
  stronger: 'false',
  meet: (one, other) => one === true && other === true,
};

/** A set of what is allowed: what both allow. */
export const intersection: Floor = {
  stronger: 'what both allow',
  meet: (one, other) => sorted(entriesOf(one).filter((entry) => entriesOf(other).includes(entry))),
};

/** A set of what is required or denied: what either has. */
export const union: Floor = {
  stronger: 'what either has',
  meet: (one, other) => sorted([...new Set([...entriesOf(one), ...entriesOf(other)])]),
};

function ofNumbers(choose: (one: number, other: number) => number, one: Json, other: Json): Json {
  if (one === null) return other;
  return other === null ? one : choose(Number(one), Number(other));
}

/** The entries of a set: texts, in one order, so that equal sets are equal values. */
function entriesOf(set: Json): readonly string[] {
  return set as readonly string[];
}

function sorted(entries: readonly string[]): readonly string[] {
  return entries.toSorted();
}
