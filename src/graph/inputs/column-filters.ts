import type { InputRef } from '@pothos/core';
import type { Column } from '../../core/rows/models.ts';
import { builder } from '../schema/builder.ts';
import { absence, all, equality, ordering, search, type Tests } from './column-tests.ts';

const onFlag: Tests = (t) => ({
  equals: t.boolean({ description: 'Equals this value.' }),
  notEquals: t.boolean({ description: 'Does not equal this value.' }),
});

const onTexts: Tests = (t) => ({
  has: t.string({ description: 'Has exactly this text, at most 200 characters.' }),
});

/** A kind of filter: the name of its type, the noun in its description, and its tests. */
interface FilterKind {
  readonly name: string;
  readonly by: string;
  readonly tests: Tests;
}

const KINDS: Readonly<Partial<Record<Column['kind'], FilterKind>>> = {
  id: { name: 'Id', by: 'an id', tests: equality('ID', 'id') },
  text: {
    name: 'String',
    by: 'a string',
    tests: all(equality('String', 'string', ' of at most 10,000 characters'), search),
  },
  time: {
    name: 'DateTime',
    by: 'a date and time',
    tests: all(equality('DateTime', 'time'), ordering('DateTime', ['later', 'earlier'])),
  },
  integer: { name: 'Int', by: 'an integer', tests: all(equality('Int', 'number'), ordering('Int')) },
  minorUnits: {
    name: 'MinorUnits',
    by: 'an amount in minor units',
    tests: all(equality('MinorUnits', 'number'), ordering('MinorUnits')),
  },
  boolean: { name: 'Boolean', by: 'a boolean', tests: onFlag },
};

function kindOf({ kind, isList, enumName }: Column): FilterKind {
  if (isList) return { name: 'StringList', by: 'a list of strings', tests: onTexts };
  if (enumName) return { name: enumName, by: enumName, tests: equality(enumName, 'value') };
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
    fields: (t) => ({ ...tests(t), ...(isNullable && absence(t)) }),
  });
}
