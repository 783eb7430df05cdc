import { isEnumType } from 'graphql';
import type { Leaf } from './schema-walk.ts';

/** One row of each type, by the name of the type, and a cursor: the ids of a tenant with which arguments are filled. */
export type Ids = Readonly<Record<string, string>> & { readonly cursor: string };

/** Says whether a leaf identifies a row or a position. */
export function isIdentity(leaf: Leaf): boolean {
  return leaf.type.name === 'ID' || leaf.type.name === 'Cursor' || isListCursor(leaf);
}

/** Gives the id of `ids` that belongs in a leaf; throws if there is none. */
export function idFor(leaf: Leaf, ids: Ids): string {
  if (leaf.type.name === 'Cursor') return ids.cursor;
  const id = ids[typeOf(leaf)];
  if (!id) throw new Error(`${leaf.root}(${leaf.path}): no sample makes a ${typeOf(leaf)}.`);
  // Not signed: a client can make one with the id of any row.
  if (isListCursor(leaf)) return cursorAt(`${typeOf(leaf)}.name asc`, 'canary', id);
  return id;
}

/** Makes the cursor of a list in the named order, as a client could. */
export function cursorAt(order: string, value: unknown, id: string | undefined): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url');
}

function isListCursor({ type, path, holder }: Leaf): boolean {
  return type.name === 'String' && holder === null && (path === 'after' || path === 'before');
}

/** The type whose id belongs in a leaf; throws if the leaf does not say so. */
export function typeOf(leaf: Leaf): string {
  const type = isListCursor(leaf) ? leaf.lists : leaf.idOf;
  // The id of any entity: the walk attacks it with that of a customer.
  if (type === 'Node') return 'Customer';
  if (type) return type;
  throw new Error(
    `${leaf.root}(${leaf.path}): the walk does not know whose id belongs here. Give the argument an \`idOf\`.`,
  );
}

const TEXTS: readonly [RegExp, (unique: string) => string][] = [
  [/email$/i, (unique) => `walk-${unique}@lockstep.test`],
  [/password$/i, (unique) => `a walk's own password ${unique}`],
  [/permissions$/, () => 'customers:read'],
  [/condition$/, (unique) => `"walk-${unique}" in user.attributes`],
];

let count = 0;

/** A valid value for a leaf that holds no id: never the same text twice, and `chosen` for an enum. */
export function valueFor(leaf: Leaf, chosen?: unknown): unknown {
  const { type, path, holder, root } = leaf;
  if (isEnumType(type)) return chosen ?? type.getValues()[0]?.name;
  switch (type.name) {
    case 'Int':
    case 'MinorUnits':
      return 1;
    case 'Boolean':
      return true;
    case 'DateTime':
      // A range ends now, and has few intervals.
      if (path === 'from' || path === 'to') return daysAgo(path === 'from' ? 2 : 0);
      return /\.lte?$/.test(path) ? '2100-01-01T00:00:00Z' : '2020-01-01T00:00:00Z';
    case 'CurrencyCode':
      return 'EUR';
    case 'JSON':
      return { walk: [1] };
    case 'String':
      // The beginning of every canary: a filter that crosses the wall would find a row.
      return holder?.endsWith('StringFilter') ? 'canary-of-' : textFor(path);
    default:
      throw new Error(`${root}(${path}): the walk has no ${type.name}. Tell test/support/schema-values.ts.`);
  }
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

function textFor(path: string): string {
  count += 1;
  const unique = `${process.pid}-${count}`;
  return TEXTS.find(([name]) => name.test(path))?.[1](unique) ?? `walk-${unique}`;
}
