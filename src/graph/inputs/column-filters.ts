import type { InputFieldMap, InputRef } from '@pothos/core';
import type { Column } from '../../core/rows/models.ts';
import { builder } from '../schema/builder.ts';

type FilterFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** The tests that a filter of one kind of column offers. */
type Tests = (t: FilterFields) => InputFieldMap;

const onId: Tests = (t) => ({
  equals: t.id({ description: 'Equals this id.' }),
  in: t.idList({ description: 'Equals one of these ids, at most 500.' }),
});

const onText: Tests = (t) => ({
  equals: t.string({ description: 'Equals this string.' }),
  in: t.stringList({ description: 'Equals one of these strings, at most 500.' }),
  contains: t.string({
    description:
      'Contains this string; case, width, accents of Latin and Greek letters, invisible characters and the amount of white space make no difference. At most 200 characters; none has a special meaning. An empty string matches everything.',
  }),
});

const onTime: Tests = (t) => ({
  gt: t.field({ type: 'DateTime', description: 'Is later than this.' }),
  gte: t.field({ type: 'DateTime', description: 'Is this or later.' }),
  lt: t.field({ type: 'DateTime', description: 'Is earlier than this.' }),
  lte: t.field({ type: 'DateTime', description: 'Is this or earlier.' }),
});

/** The tests of numbers that the scalar `type` parses. */
const onNumber =
  (type: 'Int' | 'MinorUnits'): Tests =>
  (t) => ({
    equals: t.field({ type, description: 'Equals this number.' }),
    in: t.field({ type: [type], description: 'Equals one of these numbers, at most 500.' }),
    gt: t.field({ type, description: 'Is greater than this.' }),
    gte: t.field({ type, description: 'Is this or greater.' }),
    lt: t.field({ type, description: 'Is less than this.' }),
    lte: t.field({ type, description: 'Is this or less.' }),
  });

const onFlag: Tests = (t) => ({
  equals: t.boolean({ description: 'Equals this value.' }),
});

const onTexts: Tests = (t) => ({
  has: t.string({ description: 'Has exactly this text, at most 200 characters.' }),
});

const onEnum =
  (type: string): Tests =>
  (t) => ({
    equals: t.field({ type: type as never, description: 'Equals this value.' }),
    in: t.field({ type: [type] as never, description: 'Equals one of these values.' }),
  });

const onAbsence: Tests = (t) => ({
  isNull: t.boolean({
    description:
      'Whether there is no value. The other tests hold only where there is one, and `not` of them where there is none.',
  }),
});

/** A kind of filter: the name of its type, the noun in its description, and its tests. */
interface FilterKind {
  readonly name: string;
  readonly by: string;
  readonly tests: Tests;
}

const KINDS: Readonly<Partial<Record<Column['kind'], FilterKind>>> = {
  id: { name: 'Id', by: 'an id', tests: onId },
  text: { name: 'String', by: 'a string', tests: onText },
  time: { name: 'DateTime', by: 'a date and time', tests: onTime },
  integer: { name: 'Int', by: 'an integer', tests: onNumber('Int') },
  minorUnits: { name: 'MinorUnits', by: 'an amount in minor units', tests: onNumber('MinorUnits') },
  boolean: { name: 'Boolean', by: 'a boolean', tests: onFlag },
};

function kindOf({ kind, isList, enumName }: Column): FilterKind {
  if (isList) return { name: 'StringList', by: 'a list of strings', tests: onTexts };
  if (enumName) return { name: enumName, by: enumName, tests: onEnum(enumName) };
  const known = KINDS[kind];
  if (!known) throw new Error(`There is no filter by a column of the kind ${kind}.`);
  return known;
}

/** A declared filter: a reference to its type. */
export type ColumnFilter = InputRef<object>;

const declared = new Map<string, ColumnFilter>();

/** The filter of a column: one type for all columns of the same kind, declared on first use. */
export function filterOf(column: Column): ColumnFilter {
  const { name: kind, by, tests } = kindOf(column);
  const { isNullable } = column;
  const name = `${isNullable ? 'Nullable' : ''}${kind}Filter`;
  const filter = declared.get(name) ?? declareFilter(name, by, tests, isNullable);
  declared.set(name, filter);
  return filter;
}

function declareFilter(name: string, by: string, tests: Tests, isNullable: boolean): ColumnFilter {
  return builder.inputType(name, {
    description: `Filters by ${by}${isNullable ? ' that may be null' : ''}. All given conditions must hold.`,
    fields: (t) => ({ ...tests(t), ...(isNullable && onAbsence(t)) }),
  });
}
