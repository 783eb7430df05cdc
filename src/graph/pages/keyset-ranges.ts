import { type Key, type KeyValue, sortedColumn } from './keyset-cursor.ts';
import type { Order, OrderKey } from './order.ts';

/** The edges of a page: the rows between them belong to it, and the rows at them do not. */
interface Edges {
  readonly after: Key | null;
  readonly before: Key | null;
}

/**
 * The conditions that find the rows between two edges, in the order of the list, whose last key is the id. Each is a
 * range of the first key, or all rows of one value of it and then a range of the next key: PostgreSQL turns
 * `a > x OR (a = x AND id > y)` into a filter that reads all rows before the page, and with an additional `a >= x` into
 * one that reads all rows where a equals x.
 */
export function rangesBetween([key, ...rest]: Order, { after, before }: Edges): object[] {
  if (!after && !before) return [{}];
  if (!key) return [];
  const sections = sectionsOf(key);
  const first = after ? sections.findIndex(({ has }) => has(after[0] ?? null)) : 0;
  const last = before ? sections.findIndex(({ has }) => has(before[0] ?? null)) : sections.length - 1;
  return sections.slice(first, last + 1).flatMap(({ where, isOfOneValue }, index) => {
    const edges = { after: index === 0 ? after : null, before: index === last - first ? before : null };
    const ranges = isOfOneValue ? rangesBetween(rest, pastFirst(edges)) : rangesOfValues(key, rest, edges);
    return ranges.map((range) => ({ AND: [where, range] }));
  });
}

/** The ranges of a section with many values: the rest of the first value, the values between, the start of the last. */
function rangesOfValues(key: OrderKey, rest: Order, edges: Edges): object[] {
  const { after, before } = edges;
  const column = sortedColumn(key);
  const [later, earlier] = key.direction === 'asc' ? ['gt', 'lt'] : ['lt', 'gt'];
  const equal = (edge: Key) => ({ [column]: edge[0] });
  const afterwards = after ? { [column]: { [later]: after[0] } } : {};
  const beforehand = before ? { [column]: { [earlier]: before[0] } } : {};
  const ties = (among: object[], between: Edges) =>
    rangesBetween(rest, pastFirst(between)).map((range) => ({ AND: [...among, range] }));
  return [
    ...(after ? ties([equal(after), beforehand], { after, before: null }) : []),
    ...(after && before ? ties([equal(after), equal(before)], { after, before }) : []),
    { AND: [afterwards, beforehand] },
    ...(before ? ties([equal(before), afterwards], { after: null, before }) : []),
  ];
}

/** The edges among rows whose first keys are equal. */
function pastFirst({ after, before }: Edges): Edges {
  return { after: after?.slice(1) ?? null, before: before?.slice(1) ?? null };
}

/**
 * A range of a list that one condition finds. A list is one section, with two exceptions: PostgreSQL compares null with
 * nothing, and Prisma offers no comparison for the values of an enum or a boolean.
 */
interface Section {
  readonly where: object;
  /** Whether all of its rows have the same value, so that the other keys alone decide their order. */
  readonly isOfOneValue: boolean;
  readonly has: (value: KeyValue | null) => boolean;
}

/** The sections of a list that is sorted by a key, in its order. */
function sectionsOf(key: OrderKey): Section[] {
  const { kind, values, isNullable, direction } = key;
  const column = sortedColumn(key);
  const single = kind === 'boolean' ? [false, true] : values;
  const ofValues: Section[] = single
    ? single.map((one) => ({ where: { [column]: one }, isOfOneValue: true, has: (value) => value === one }))
    : [
        {
          where: isNullable ? { [column]: { not: null } } : {},
          isOfOneValue: false,
          has: (value) => value !== null,
        },
      ];
  const ofNull: Section = {
    where: { [column]: null },
    isOfOneValue: true,
    has: (value) => value === null,
  };
  const ascending = isNullable ? [...ofValues, ofNull] : ofValues;
  return direction === 'asc' ? ascending : ascending.toReversed();
}
