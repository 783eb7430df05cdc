import type { Side } from '../../configuration/algebra/three-way-merge.ts';
import type { KnownPath } from '../../configuration/catalogue/catalogue.ts';
import type { ConfigConflict, Prisma } from '../../generated/prisma/client.ts';

/** A side as a column: null is a value, so one that is not set has no member. */
export function toColumn(side: Side): Prisma.InputJsonObject & Prisma.JsonObject {
  return (side === undefined ? {} : { value: side }) as Prisma.InputJsonObject & Prisma.JsonObject;
}

/** Reads a side from its column. */
export function fromColumn(column: ConfigConflict['base']): Side {
  return (column as { value?: Side }).value;
}

/** The three sides of a conflict. */
export interface Sides {
  readonly base: Side;
  readonly theirs: Side;
  readonly ours: Side;
}

/** Reads the sides of a conflict. */
export function sidesOf({ base, theirs, ours }: Pick<ConfigConflict, keyof Sides>): Sides {
  return { base: fromColumn(base), theirs: fromColumn(theirs), ours: fromColumn(ours) };
}

/** Tells whether the values of a path are secrets. */
export function isSecret(entry: KnownPath): boolean {
  return 'isSecret' in entry && entry.isSecret === true;
}
