import { getNamedType, isEnumType } from 'graphql';
import { allows } from '../../src/core/rights/rules.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import { mayReadColumn } from '../../src/graph/schema/field-access.ts';
import type { FieldAccess } from '../../src/graph/schema/field-rules.ts';
import { schema } from '../../src/schema.ts';
import type { Variables } from '../../test/support/person.ts';
import { type Ids, idFor, isIdentity, valueFor } from '../../test/support/schema-values.ts';
import {
  allLeaves,
  argumentsOf,
  type Leaf,
  type RootField,
  rootFields,
} from '../../test/support/schema-walk.ts';

/** A filter or an order by a column: two lists that are the same to a viewer who must not learn of its values. */
export interface Oracle {
  readonly root: RootField;
  readonly type: string;
  readonly column: string;
  readonly ask: (ids: Ids) => readonly [Variables, Variables];
}

/** Two operands that find different rows. */
type Operands = readonly [unknown, unknown];

const ofTexts: Operands = ['canary', 'found in no row'];
const ofNumbers: Operands = [0, 9_000_000_000_000];
const ofTimes: Operands = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];

const OPERANDS: Readonly<Record<string, (leaf: Leaf) => Operands | null>> = {
  contains: () => ofTexts,
  startsWith: () => ofTexts,
  isNull: () => [true, false],
  gt: byKind,
  lt: byKind,
  equals: ({ type }) => {
    if (type.name === 'Boolean') return [true, false];
    const [first, second] = isEnumType(type) ? type.getValues() : [];
    return first && second ? [first.name, second.name] : null;
  },
};

function byKind({ type }: Leaf): Operands | null {
  if (type.name === 'DateTime') return ofTimes;
  return type.name === 'MinorUnits' ? ofNumbers : [0, 2_000_000_000];
}

const lists = rootFields(schema).filter(({ operation }) => operation === 'query');
const oracles = lists.flatMap((root) =>
  allLeaves(root).flatMap((leaf) => [...filtersBy(root, leaf), ...ordersBy(root, leaf)]),
);

/** The filters and orders by columns that a viewer sees in no row, of lists that it may read. */
export function oraclesFor(viewer: Viewer): readonly Oracle[] {
  const mayRead = ({ field }: RootField) =>
    (field.extensions as unknown as FieldAccess).rules.every((rule) => allows(rule, viewer));
  return oracles.filter(
    ({ root, type, column }) => mayRead(root) && !mayReadColumn(schema, type, viewer, column),
  );
}

function filtersBy(root: RootField, leaf: Leaf): Oracle[] {
  const [, column, operator = ''] = /^filter\.(\w+)\.(\w+)$/.exec(leaf.path) ?? [];
  const operands = OPERANDS[operator]?.(leaf);
  if (!leaf.lists || !column || !operands) return [];
  const by = (operand: unknown, ids: Ids) => filled(root, ids, { [leaf.path]: operand });
  const ask = (ids: Ids) => [by(operands[0], ids), by(operands[1], ids)] as const;
  return [{ root, type: leaf.lists, column, ask }];
}

function ordersBy(root: RootField, { path, lists, type }: Leaf): Oracle[] {
  if (path !== 'orderBy.field' || !lists || !isEnumType(type)) return [];
  return type.getValues().map(({ name, value }) => {
    const by = (direction: string) => ({ 'orderBy.field': name, 'orderBy.direction': direction });
    const ask = (ids: Ids) => [filled(root, ids, by('ASC')), filled(root, ids, by('DESC'))] as const;
    return { root, type: lists, column: (value as { column: string }).column, ask };
  });
}

/** The arguments of a list of one's own rows, with the given leaves. */
function filled(root: RootField, ids: Ids, given: Readonly<Record<string, unknown>>): Variables {
  const chosen = [...Object.keys(given), ...(hasTenant(root) ? ['tenantId'] : [])];
  return argumentsOf(
    root,
    chosen,
    (leaf) => given[leaf.path] ?? (isIdentity(leaf) ? idFor(leaf, ids) : valueFor(leaf)),
  );
}

function hasTenant({ field }: RootField): boolean {
  return field.args.some(({ name, type }) => name === 'tenantId' && getNamedType(type).name === 'ID');
}
