import { isEqual, type Json } from './json.ts';
import type { PathRules } from './settings.ts';

/** A value, or undefined where the path is not set. Null is a value. */
export type Side = Json | undefined;

/** The result of a merge: the own value that remains, or a conflict that only a person can resolve. */
export type Merge = { readonly isConflict: false; readonly value: Side } | { readonly isConflict: true };

/** The part of the rules of a path that a merge needs. */
export type MergeRules = Pick<PathRules, 'combine' | 'isSet'>;

/**
 * Merges what is above and what is below, from the version that the lower one derived from. A side that did not change
 * gives way to the one that did; equal changes agree; of sets, the additions and removals of both apply; of maps, each key
 * is merged. What is added to a set above stays added. Everything else is a conflict.
 */
export function mergeThreeWay(rules: MergeRules, base: Side, theirs: Side, ours: Side): Merge {
  if (rules.combine === 'UNION') return { isConflict: false, value: ours };
  if (isSame(rules, theirs, ours) || isSame(rules, base, theirs)) return { isConflict: false, value: ours };
  if (isSame(rules, base, ours)) return { isConflict: false, value: theirs };
  if (rules.combine === 'MAP' && isMap(ours)) return mergeKeys(asMap(base), asMap(theirs), ours);
  if (rules.isSet && isSet(base) && isSet(theirs) && isSet(ours)) {
    return { isConflict: false, value: mergeSets(base, theirs, ours) };
  }
  return { isConflict: true };
}

/** Compares two sides: the order of a set means nothing. */
function isSame({ isSet: comparesSets }: MergeRules, one: Side, other: Side): boolean {
  if (!comparesSets || !isSet(one) || !isSet(other)) return isEqual(one, other);
  return isEqual(one.toSorted(), other.toSorted());
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

type JsonMap = { readonly [key: string]: Json };

function isMap(side: Side): side is JsonMap {
  return typeof side === 'object' && side !== null && !Array.isArray(side);
}

/** Nothing above has no key. */
function asMap(side: Side): JsonMap {
  return isMap(side) ? side : {};
}

/** The own keys that remain: a key that only changed above goes, because without it that above acts. */
function mergeKeys(base: JsonMap, theirs: JsonMap, ours: JsonMap): Merge {
  const at = (map: JsonMap, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);
  const kept: [string, Json][] = [];
  for (const [key, own] of Object.entries(ours)) {
    const merge = mergeThreeWay({ combine: 'REPLACE' }, at(base, key), at(theirs, key), own);
    if (merge.isConflict) return merge;
    if (isEqual(merge.value, own)) kept.push([key, own]);
  }
  return { isConflict: false, value: kept.length > 0 ? Object.fromEntries(kept) : undefined };
}
