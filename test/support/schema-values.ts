import { isEnumType } from 'graphql';
import type { Leaf } from './schema-walk.ts';

/** What the id in an argument can be the id of. */
export const KINDS = [
  'organization',
  'tenant',
  'customer',
  'plan',
  'user',
  'attribute',
  'fileAccessPolicy',
  'property',
  'unit',
  'payment',
  'maintenanceRequest',
  'bulkJob',
  'audit',
] as const;

export type Kind = (typeof KINDS)[number];

/** One row of each kind, and a place in the feed: what the places of a tenant's ids are filled with. */
export type Ids = Readonly<Record<Kind, string>> & { readonly cursor: string };

/** Tells whether a place says which row or which feed is meant. */
export function isIdentity(leaf: Leaf): boolean {
  return leaf.type.name === 'ID' || leaf.type.name === 'Cursor' || isListCursor(leaf);
}

/** Fills a place of ids with the one of `ids` that belongs there; throws for a place it knows nothing about. */
export function idFor(leaf: Leaf, ids: Ids): string {
  if (leaf.type.name === 'Cursor') return ids.cursor;
  // Not signed: a client can make one that names any row.
  if (isListCursor(leaf))
    return Buffer.from(JSON.stringify(['name', 'canary', ids[kindOf(leaf)]])).toString('base64url');
  return ids[kindOf(leaf)];
}

function isListCursor({ type, path, holder }: Leaf): boolean {
  return type.name === 'String' && holder === null && (path === 'after' || path === 'before');
}

/** What the ids of these places are of, whose names, or those of their fields, do not say so. */
const MEANT: Readonly<Record<string, Kind>> = {
  residentId: 'user',
  assigneeId: 'user',
  reporterId: 'user',
  requestedById: 'user',
  actorId: 'user',
  entityId: 'customer',
  properties: 'property',
  usersDeleted: 'bulkJob',
  usersAttributesUpdated: 'bulkJob',
  fileAccessPoliciesDeleted: 'bulkJob',
};

/** By its own name (`planId`), or by the noun that the root field begins with (`id` of `planUpdate`). */
function kindOf({ root, path }: Leaf): Kind {
  const named = path
    .split('.')
    .map((name) => MEANT[name] ?? KINDS.find((kind) => name === `${kind}Id`))
    .findLast(Boolean);
  const kind =
    named ??
    MEANT[root] ??
    KINDS.find((one) => root.startsWith(one) || root.startsWith(one.replace(/y$/, 'ies')));
  if (kind) return kind;
  throw new Error(
    `${root}(${path}): the walk does not know whose id belongs here. Tell test/support/schema-values.ts.`,
  );
}

const TEXTS: readonly [RegExp, (unique: string) => string][] = [
  [/email$/i, (unique) => `walk-${unique}@lockstep.test`],
  [/password$/i, (unique) => `a walk's own password ${unique}`],
  [/permissions$/, () => 'customers:read'],
  [/condition$/, (unique) => `"walk-${unique}" in user.attributes`],
];

let count = 0;

/** A valid value for a place that holds no id: never the same text twice, of an enum the value `chosen`. */
export function valueFor(leaf: Leaf, chosen?: unknown): unknown {
  const { type, path, holder, root } = leaf;
  if (isEnumType(type)) return chosen ?? type.getValues()[0]?.name;
  switch (type.name) {
    case 'Int':
      return 1;
    case 'Boolean':
      return true;
    case 'DateTime':
      return /\.lte?$/.test(path) ? '2100-01-01T00:00:00Z' : '2020-01-01T00:00:00Z';
    case 'CurrencyCode':
      return 'EUR';
    case 'String':
      // The beginning of every canary: a filter that reached over the wall would find something.
      return holder?.endsWith('StringFilter') ? 'canary-of-' : textFor(path);
    default:
      throw new Error(`${root}(${path}): the walk has no ${type.name}. Tell test/support/schema-values.ts.`);
  }
}

function textFor(path: string): string {
  count += 1;
  const unique = `${process.pid}-${count}`;
  return TEXTS.find(([name]) => name.test(path))?.[1](unique) ?? `walk-${unique}`;
}
