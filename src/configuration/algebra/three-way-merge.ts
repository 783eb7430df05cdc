import { isEqual, type Json } from './json.ts';
import type { PathRules } from './settings.ts';

/** A value, or undefined where the path is not set. Null is a value. */
export type Side = Json | undefined;

/** The result of a merge: a side, or a conflict that only a person can resolve. */
export type Merge = { readonly isConflict: false; readonly value: Side } | { readonly isConflict: true };

/**
 * Merges what is above and what is below, from the version that the lower one derived from. A side that did not change
 * gives way to the one that did; equal changes agree; of sets, the additions and removals of both apply. Everything else
 * is a conflict.
 */
export function mergeThreeWay(
  { combine }: Pick<PathRules, 'combine'>,
  base: Side,
  theirs: Side,
  ours: Side,
): Merge {
  if (isEqual(theirs, ours) || isEqual(base, theirs)) return { isConflict: false, value: ours };
  if (isEqual(base, ours)) return { isConflict: false, value: theirs };
  if (combine === 'UNION' && isSet(base) && isSet(theirs) && isSet(ours)) {
    return { isConflict: false, value: mergeSets(base, theirs, ours) };
  }
  return { isConflict: true };
}

function isSet(side: Side): side is readonly string[] {
  return Array.isArray(side);
}

/** An entry that either side removed is gone, and one that either side added is there. */
function mergeSets(
  base: readonly string[],
  theirs: readonly string[],
  ours: readonly string[],
): readonly string[] {
  const isKept = (entry: string) => !base.includes(entry) || (theirs.includes(entry) && ours.includes(entry));
  return [...new Set([...theirs, ...ours])].filter(isKept).toSorted();
}
