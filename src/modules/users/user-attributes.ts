import { parseInput } from '../../core/input.ts';
import type { Transaction } from '../../core/transact.ts';
import type { User } from '../../generated/prisma/client.ts';
import { attributes } from './user-input.ts';
import { writeUser } from './user-to-change.ts';

/** What to take from a user's attributes and what to add then. */
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

/** Removes and adds attributes of a user; throws UserErrors, before it writes, for too many. */
export async function changeAttributes(
  tx: Transaction,
  before: User,
  { added, removed }: ParsedChange,
): Promise<User> {
  const kept = before.attributes.filter((one) => !removed.includes(one));
  return writeUser(tx, before, { attributes: parseInput(attributes, [...kept, ...added], 'add') });
}
