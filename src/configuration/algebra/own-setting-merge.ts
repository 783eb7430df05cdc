import { isEqual } from './json.ts';
import { resolve } from './resolve.ts';
import { settingRefusal } from './setting-refusal.ts';
import type { PathRules, Setting, Step } from './settings.ts';
import { mergeThreeWay, type Side } from './three-way-merge.ts';

/**
 * Why the own setting of a tenant stays as it is.
 *
 * | reason | |
 * |---|---|
 * | NOTHING_OWN | it has none, or one that is passed over: what is above acts |
 * | MODE_ABOVE | a LOCKED, FLOOR or USER_OWNED above decides, or did until now: what it shadowed acts again |
 * | AGREED | both sides are equal, or the one above is as it was |
 */
export type Kept = 'NOTHING_OWN' | 'MODE_ABOVE' | 'AGREED';

/** The effect that a newer version above has on the own setting of a tenant. Null instead of a setting unsets it. */
export type OwnMerge =
  | { readonly kind: 'KEEP'; readonly reason: Kept }
  | { readonly kind: 'WRITE'; readonly setting: Setting | null }
  | { readonly kind: 'CONFLICT'; readonly theirs: Side; readonly ours: Side };

/** The value of a path that a tenant inherits, or from which its own one derives. */
export interface Base {
  /** Undefined if no layer above has set the path. */
  readonly value: Side;
  /** Whether a mode above leaves the tenant a value of its own, so that rules decide. */
  readonly isFree: boolean;
}

/** The value that the layers above a tenant give to a path. */
export function baseAbove(rules: PathRules, steps: readonly Step[]): Base {
  const above = steps.filter(({ scope }) => scope === 'PLATFORM' || scope === 'BUSINESS_TYPE');
  const { source, value, mode } = resolve(rules, above);
  return { value: source === null ? undefined : value, isFree: mode === 'DEFAULT' };
}

/**
 * Finds the proposal that a newer version above is to a tenant which adopts nothing of the path by itself. There is none
 * where a mode decides, or where it would change nothing: both sides agree, or, with `isOwnKept`, the own setting stays
 * anyway. Its own side is what acts in the tenant.
 */
export function proposeToTenant(
  rules: PathRules,
  base: Base,
  now: readonly Step[],
  isOwnKept: boolean,
): OwnMerge {
  const own = now.find(({ scope }) => scope === 'TENANT');
  const value = own?.isPassedOver ? undefined : own?.newest?.value;
  if (value !== undefined && isOwnKept) return { kind: 'KEEP', reason: 'AGREED' };
  const { value: theirs, isFree } = baseAbove(rules, now);
  if (!isFree || !base.isFree) return { kind: 'KEEP', reason: 'MODE_ABOVE' };
  const ours = value === undefined ? base.value : value;
  return isEqual(theirs, ours) ? { kind: 'KEEP', reason: 'AGREED' } : { kind: 'CONFLICT', theirs, ours };
}

/**
 * Merges the own setting of a tenant with what is above it now, from what was above it until now. Where the merge is that
 * above, the own setting is unset, because nothing is ever copied into a lower layer. A result that may not be written is a
 * conflict.
 */
export function mergeOwnSetting(rules: PathRules, base: Base, now: readonly Step[]): OwnMerge {
  const own = now.find(({ scope }) => scope === 'TENANT');
  const setting = own?.newest;
  const above = now.filter(({ scope }) => scope === 'PLATFORM' || scope === 'BUSINESS_TYPE');
  if (setting?.value === undefined || own?.isPassedOver) return { kind: 'KEEP', reason: 'NOTHING_OWN' };
  const { value: theirs, isFree } = baseAbove(rules, now);
  if (!isFree || !base.isFree) return { kind: 'KEEP', reason: 'MODE_ABOVE' };
  const ours = setting.value;
  const merge = mergeThreeWay(rules, base.value, theirs, ours);
  if (merge.isConflict) return { kind: 'CONFLICT', theirs, ours };
  if (isEqual(merge.value, ours)) return { kind: 'KEEP', reason: 'AGREED' };
  if (merge.value === undefined || isEqual(merge.value, theirs)) return { kind: 'WRITE', setting: null };
  const { mode } = setting;
  const merged: Setting = { value: merge.value, mode };
  return settingRefusal(rules, above, 'TENANT', merged)
    ? { kind: 'CONFLICT', theirs, ours }
    : { kind: 'WRITE', setting: merged };
}
