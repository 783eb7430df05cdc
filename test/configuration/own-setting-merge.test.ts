import { describe, expect, test } from '@jest/globals';
import { larger } from '../../src/configuration/algebra/floors.ts';
import type { Json } from '../../src/configuration/algebra/json.ts';
import { mergeOwnSetting } from '../../src/configuration/algebra/own-setting-merge.ts';
import { type Mode, type PathRules, SCOPES, type Step } from '../../src/configuration/algebra/settings.ts';
import { mergeThreeWay, type Side } from '../../src/configuration/algebra/three-way-merge.ts';

const rules: PathRules = {
  default: 0,
  settableAt: SCOPES,
  isValid: () => true,
  floor: larger,
  combine: 'REPLACE',
};
const sets: PathRules = { ...rules, isSet: true, isValid: (value) => (value as Json[]).length < 4 };
const maps: PathRules = { ...rules, combine: 'MAP' };

/** The layers of a tenant: the platform's setting in the newest version, and the tenant's own. */
function layers(theirs: Side, ours: Side, mode: Mode = 'DEFAULT', isPassedOver = false): Step[] {
  const above = theirs === undefined ? undefined : { value: theirs, mode };
  const own = ours === undefined ? undefined : { value: ours, mode: 'DEFAULT' as const };
  return [
    { scope: 'PLATFORM', newest: above, adopted: above },
    { scope: 'TENANT', newest: own, isPassedOver },
  ];
}

const from = (value: Side) => ({ value, isFree: true });
const ABSENT = undefined;
const AGREED = { kind: 'KEEP', reason: 'AGREED' };
const NOTHING_OWN = { kind: 'KEEP', reason: 'NOTHING_OWN' };
const UNSET = { kind: 'WRITE', setting: null };
const CONFLICT = { kind: 'CONFLICT' };

describe('the own setting of a tenant, merged with what is above it now', () => {
  test.each<[base: Side, theirs: Side, ours: Side, object]>([
    // Nothing is set in the tenant: what is above acts, and there is nothing to merge.
    [ABSENT, ABSENT, ABSENT, NOTHING_OWN],
    [ABSENT, null, ABSENT, NOTHING_OWN],
    [ABSENT, 1, ABSENT, NOTHING_OWN],
    [null, ABSENT, ABSENT, NOTHING_OWN],
    [null, null, ABSENT, NOTHING_OWN],
    [null, 1, ABSENT, NOTHING_OWN],
    [1, ABSENT, ABSENT, NOTHING_OWN],
    [1, null, ABSENT, NOTHING_OWN],
    [1, 1, ABSENT, NOTHING_OWN],
    [1, 2, ABSENT, NOTHING_OWN],
    // That above is as it was.
    [ABSENT, ABSENT, null, AGREED],
    [ABSENT, ABSENT, 1, AGREED],
    [null, null, null, AGREED],
    [null, null, 1, AGREED],
    [1, 1, null, AGREED],
    [1, 1, 1, AGREED],
    [1, 1, 2, AGREED],
    // Both sides changed to the same.
    [ABSENT, null, null, AGREED],
    [ABSENT, 1, 1, AGREED],
    [null, 1, 1, AGREED],
    [1, null, null, AGREED],
    [1, 2, 2, AGREED],
    // The tenant is as that above was: it follows, and keeps no copy.
    [null, ABSENT, null, UNSET],
    [null, 1, null, UNSET],
    [1, ABSENT, 1, UNSET],
    [1, null, 1, UNSET],
    [1, 2, 1, UNSET],
    // Both changed, and differ.
    [ABSENT, null, 1, CONFLICT],
    [ABSENT, 1, null, CONFLICT],
    [ABSENT, 1, 2, CONFLICT],
    [null, ABSENT, 1, CONFLICT],
    [null, 1, 2, CONFLICT],
    [1, ABSENT, null, CONFLICT],
    [1, ABSENT, 2, CONFLICT],
    [1, null, 2, CONFLICT],
    [1, 2, null, CONFLICT],
    [1, 2, 3, CONFLICT],
  ])('from %j, with %j above and %j of its own: %j', (base, theirs, ours, expected) => {
    expect(mergeOwnSetting(rules, from(base), layers(theirs, ours))).toMatchObject(expected);
  });

  test.each<Mode>(['LOCKED', 'FLOOR', 'USER_OWNED'])('a %s above decides before any merge', (mode) => {
    const merge = mergeOwnSetting(rules, from(1), layers(2, 3, mode));
    expect(merge).toEqual({ kind: 'KEEP', reason: 'MODE_ABOVE' });
  });

  test('what a mode above shadowed until now acts again, without a conflict', () => {
    const merge = mergeOwnSetting(rules, { value: 1, isFree: false }, layers(2, 3));
    expect(merge).toEqual({ kind: 'KEEP', reason: 'MODE_ABOVE' });
  });

  test('a setting that a rule has passed over is no side', () => {
    const merge = mergeOwnSetting(rules, from(1), layers(2, 3, 'DEFAULT', true));
    expect(merge).toEqual(NOTHING_OWN);
  });

  test('sets have the additions and removals of both, and their order means nothing', () => {
    const merge = (base: Json, theirs: Json, ours: Json) =>
      mergeOwnSetting(sets, from(base), layers(theirs, ours));
    expect(merge(['a', 'b'], ['b', 'c'], ['a', 'b', 'd'])).toEqual({
      kind: 'WRITE',
      setting: { value: ['b', 'c', 'd'], mode: 'DEFAULT' },
    });
    expect(merge(['a'], ['b', 'a'], ['a', 'b'])).toEqual(AGREED);
    expect(merge(['a', 'b'], ['c'], ['b', 'a'])).toEqual(UNSET);
  });

  test('a merged set that may not be written is a conflict', () => {
    const merge = mergeOwnSetting(sets, from(['a']), layers(['a', 'b', 'c'], ['a', 'd']));
    expect(merge).toEqual({ kind: 'CONFLICT', theirs: ['a', 'b', 'c'], ours: ['a', 'd'] });
  });

  test('of a map only a key that both changed is a conflict, and a key that follows is no copy', () => {
    const base = { unit: 'Flat', room: 'Room' };
    const merge = (theirs: Json, ours: Json) => mergeOwnSetting(maps, from(base), layers(theirs, ours));
    expect(merge({ unit: 'Home', room: 'Room' }, { room: 'Space', unit: 'Flat' })).toEqual({
      kind: 'WRITE',
      setting: { value: { room: 'Space' }, mode: 'DEFAULT' },
    });
    expect(merge({ unit: 'Home' }, { unit: 'Flat' })).toEqual(UNSET);
    expect(merge({ unit: 'Home' }, { unit: 'House' })).toMatchObject(CONFLICT);
    expect(merge({ unit: 'Home' }, { room: 'Room' })).toEqual(UNSET);
    expect(merge({ unit: 'Home', door: 'Door' }, { door: 'Gate', unit: 'Home' })).toMatchObject(CONFLICT);
  });

  test('what a tenant adds to a set above stays added, whatever happens there', () => {
    expect(mergeThreeWay({ combine: 'UNION' }, ['a'], ['b'], ['a', 'c'])).toEqual({
      isConflict: false,
      value: ['a', 'c'],
    });
  });
});
