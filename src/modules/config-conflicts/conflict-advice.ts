import { isEqual, type Json } from '../../configuration/algebra/json.ts';
import type { Side } from '../../configuration/algebra/three-way-merge.ts';
import type { KnownPath } from '../../configuration/catalogue/catalogue.ts';
import type { ConfigConflict } from '../../generated/prisma/client.ts';
import { isSecret, type Sides, sidesOf } from './conflict-sides.terms.ts';

/** The reason for a suggestion: a key, and the data from which clients make a sentence. */
export interface Rationale {
  readonly key: 'STRONGER' | 'BOTH_SETS' | 'MORE_RECENT';
  readonly params: { readonly [name: string]: Json };
}

/** A way to resolve a conflict. */
export interface Suggestion {
  /** The side that has the value; null if neither has. */
  readonly side: 'PLATFORM' | 'TENANT' | null;
  /** Undefined: the side has not set the path. */
  readonly value: Side;
  readonly rationale: Rationale;
}

/** The part of a conflict that advice is about. */
export type Disputed = Pick<ConfigConflict, keyof Sides | 'theirsAt' | 'oursAt'>;

/**
 * Advises on conflicts. It is a pure function of the conflict and its path: the same conflict has the same advice at any
 * time and on every node, and nothing is applied by itself.
 */
export interface ConflictAdviser {
  suggest(entry: KnownPath, conflict: Disputed): readonly Suggestion[];
}

/** Suggests the stronger value by the order of a FLOOR, or what is as strong as both. */
const strongerByFloor: ConflictAdviser = {
  suggest({ floor }, conflict) {
    const sides = sidesOf(conflict);
    const { theirs, ours } = sides;
    if (!floor || theirs === undefined || ours === undefined) return [];
    return [suggestion(sides, floor.meet(theirs, ours), { key: 'STRONGER', params: { theirs, ours } })];
  },
};

/** Suggests, of two sets, what either has. */
const bothSets: ConflictAdviser = {
  suggest({ isSet }, conflict) {
    const sides = sidesOf(conflict);
    const { theirs, ours } = sides;
    if (!isSet || !isList(theirs) || !isList(ours)) return [];
    const params = {
      addedAbove: theirs.filter((entry) => !ours.includes(entry)),
      addedHere: ours.filter((entry) => !theirs.includes(entry)),
    };
    const both = [...new Set([...theirs, ...ours])].toSorted();
    return [suggestion(sides, both, { key: 'BOTH_SETS', params })];
  },
};

/** Suggests the side that was written last. */
const moreRecent: ConflictAdviser = {
  suggest(_entry, conflict) {
    const { theirs, ours } = sidesOf(conflict);
    const { theirsAt, oursAt } = conflict;
    const params = { theirsAt: theirsAt.toISOString(), oursAt: oursAt.toISOString() };
    const rationale = { key: 'MORE_RECENT', params } as const;
    return theirsAt > oursAt
      ? [{ side: 'PLATFORM', value: theirs, rationale }]
      : [{ side: 'TENANT', value: ours, rationale }];
  },
};

const ADVISERS: readonly ConflictAdviser[] = [strongerByFloor, bothSets, moreRecent];

/** The advice of all advisers, without values that the path may not have. Of a secret there is none. */
export const adviser: ConflictAdviser = {
  suggest(entry, conflict) {
    if (isSecret(entry)) return [];
    return ADVISERS.flatMap((one) => one.suggest(entry, conflict)).filter(
      ({ value }) => value === undefined || entry.isValid(value),
    );
  },
};

function suggestion({ theirs, ours }: Sides, value: Json, rationale: Rationale): Suggestion {
  if (isEqual(value, theirs)) return { side: 'PLATFORM', value, rationale };
  return { side: isEqual(value, ours) ? 'TENANT' : null, value, rationale };
}

function isList(side: Side): side is readonly string[] {
  return Array.isArray(side);
}
