import { readEntry } from '../../core/attribute-entries.ts';
import type { ViewerContext } from '../../core/context.ts';
import { parseInput } from '../../core/input.ts';
import type { Transaction } from '../../core/transact.ts';
import type { User } from '../../generated/prisma/client.ts';
import { keepPool, requireFitting } from './attribute-pool.ts';
import { attributes } from './user-input.ts';
import { userToChange, writeUser } from './user-to-change.ts';

/** What to take from a user's attributes, `name` whatever its value or `name=value` alone, and what to add then. */
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
    added: parseInput(attributes, add ?? [], 'add'),
    removed: parseInput(attributes, remove ?? [], 'remove'),
  };
}

/**
 * Removes and adds attributes of a user; throws UserErrors, before it writes, for no such user, too many attributes, one
 * that does not fit what its pool says, or a version that has passed. With `replaces`, an attribute of a pool that is
 * added takes the place of another value, which is refused otherwise: whoever changes many users cannot say for each
 * what it holds.
 */
export async function changeAttributes(
  tx: Transaction,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  id: string,
  { added, removed }: ParsedChange,
  { expectedVersion, replaces = false }: { expectedVersion?: number | null; replaces?: boolean } = {},
): Promise<User> {
  const place = await tx.db.user.findUnique({ where: { id }, select: { tenantId: true } });
  const pool = await keepPool(tx, place?.tenantId ?? null, added);
  // Only whoever may change the user is told what its tenant's pool says.
  const before = await userToChange(tx, { viewer }, id, expectedVersion);
  const isRemoved = (entry: string) => removed.includes(entry) || removed.includes(readEntry(entry).name);
  const isReplaced = (entry: string) => replaces && pool.has(readEntry(entry).name) && !added.includes(entry);
  const kept = before.attributes.filter((entry) => !isRemoved(entry) && !isReplaced(entry));
  const all = parseInput(attributes, [...kept, ...added], 'add');
  requireFitting(pool, { added, all }, 'add');
  return writeUser(tx, before, { attributes: all });
}
