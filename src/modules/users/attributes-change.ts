import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { parseInput } from '../../core/requests/input.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { User } from '../../generated/prisma/client.ts';
import { readEntry } from '../attributes/attribute-entries.terms.ts';
import { keepPool, requireFitting } from './attribute-pool.ts';
import { attributes } from './user-input.ts';
import { userToChange, writeUser } from './user-to-change.ts';

/** The attributes to take from a user, `name` with any value or exactly `name=value`, and those to add afterwards. */
export interface AttributesChange {
  readonly add?: readonly string[] | null;
  readonly remove?: readonly string[] | null;
}

/** A change whose attributes are spelled as they are stored. */
interface ParsedChange {
  readonly added: string[];
  readonly removed: string[];
}

/** Throws UserErrors for a bad attribute. */
export function parseAttributesChange({ add, remove }: AttributesChange): ParsedChange {
  return {
    added: parseAttributes(add ?? [], 'add'),
    removed: parseAttributes(remove ?? [], 'remove'),
  };
}

function parseAttributes(list: readonly string[], argument: 'add' | 'remove'): string[] {
  return parseInput({ schema: attributes.check() }, list, argument);
}

/**
 * Removes and adds attributes of a user; throws UserErrors, before it writes, for no such user, too many attributes, one
 * that does not fit what its pool says, or an old version. With `replaces`, an attribute of a pool that is added takes
 * the place of another value, which is refused otherwise: a request that changes many users cannot say for each what it
 * holds.
 */
export async function changeAttributes(
  tx: Transaction,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  args: RowArgs,
  { added, removed }: ParsedChange,
  { replaces = false }: { readonly replaces?: boolean } = {},
): Promise<User> {
  const place = await tx.db.user.findUnique({ where: { id: args.id }, select: { tenantId: true } });
  const pool = await keepPool(tx, place?.tenantId ?? null, added);
  // Before the pool is used: only a viewer who may change the user learns what the pool of its tenant says.
  const before = await userToChange(tx, { viewer }, args);
  const isRemoved = (entry: string) => removed.includes(entry) || removed.includes(readEntry(entry).name);
  const isReplaced = (entry: string) => replaces && pool.has(readEntry(entry).name) && !added.includes(entry);
  const kept = before.attributes.filter((entry) => !isRemoved(entry) && !isReplaced(entry));
  const all = parseAttributes([...kept, ...added], 'add');
  requireFitting(pool, { added, all }, 'add');
  return writeUser(tx, before, { attributes: all });
}
