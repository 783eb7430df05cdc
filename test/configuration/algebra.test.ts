import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonical } from '../../src/configuration/algebra/canonical.ts';
import {
  type Floor,
  falseIsStronger,
  holds,
  intersection,
  larger,
  smaller,
  trueIsStronger,
  union,
} from '../../src/configuration/algebra/floors.ts';
import { isEqual, type Json } from '../../src/configuration/algebra/json.ts';
import { resolve, without } from '../../src/configuration/algebra/resolve.ts';
import { settingRefusal } from '../../src/configuration/algebra/setting-refusal.ts';
import {
  type Mode,
  type PathRules,
  SCOPES,
  type Setting,
  type Step,
} from '../../src/configuration/algebra/settings.ts';
import { mergeThreeWay } from '../../src/configuration/algebra/three-way-merge.ts';

const number = fc.option(fc.integer({ min: 1, max: 9 }));
/** Sets come in any order. */
const set = fc.shuffledSubarray(['a', 'b', 'c', 'd']);

const floors: Readonly<Record<string, readonly [Floor, fc.Arbitrary<Json>, weaker: Json, stronger: Json]>> = {
  larger: [larger, number, 8, 12],
  'larger, with no requirement': [larger, number, null, 1],
  smaller: [smaller, number, 30, 8],
  'smaller, with unlimited': [smaller, number, null, 8],
  trueIsStronger: [trueIsStronger, fc.boolean(), false, true],
  falseIsStronger: [falseIsStronger, fc.boolean(), true, false],
  intersection: [intersection, set, ['a', 'b'], ['a']],
  union: [union, set, ['a'], ['a', 'b']],
};

describe('the order of a FLOOR', () => {
  test.each(Object.entries(floors))(
    '%s: a stronger value holds, a weaker one does not',
    (_, [floor, , weaker, stronger]) => {
      expect([
        holds(floor, stronger, weaker),
        holds(floor, weaker, weaker),
        holds(floor, weaker, stronger),
      ]).toEqual([true, true, false]);
    },
  );

  test.each(Object.entries(floors))(
    '%s: the meet is idempotent, commutative and associative, and as strong as both',
    (_, [floor, value]) => {
      fc.assert(
        fc.property(value, value, value, (a, b, c) => {
          const { meet } = floor;
          expect(meet(a, a)).toEqual(canonical({ isSet: true }, a));
          expect(meet(a, b)).toEqual(meet(b, a));
          expect(meet(meet(a, b), c)).toEqual(meet(a, meet(b, c)));
          expect(holds(floor, meet(a, b), a) && holds(floor, meet(a, b), b)).toBe(true);
          // Monotone: what is stronger stays stronger.
          if (holds(floor, a, b)) expect(holds(floor, meet(a, c), meet(b, c))).toBe(true);
        }),
      );
    },
  );
});

const minimum: PathRules = {
  default: 1,
  settableAt: SCOPES,
  isValid: (value) => value === null || (typeof value === 'number' && value > 0),
  floor: larger,
  combine: 'REPLACE',
};
const MODES: readonly Mode[] = ['DEFAULT', 'FLOOR', 'LOCKED', 'USER_OWNED'];
const setting: fc.Arbitrary<Setting | undefined> = fc.option(
  fc.record({ value: fc.integer({ min: 1, max: 9 }), mode: fc.constantFrom(...MODES) }),
  { nil: undefined },
);
const upper = fc.record({ newest: setting, adopted: setting });
const chain: fc.Arbitrary<readonly Step[]> = fc
  .tuple(upper, upper, setting, setting, fc.boolean())
  .map(([platform, businessType, tenant, user, isPassedOver]) => [
    { scope: 'PLATFORM', ...platform },
    { scope: 'BUSINESS_TYPE', ...businessType },
    { scope: 'TENANT', newest: tenant, adopted: tenant, isPassedOver },
    { scope: 'USER', newest: user, adopted: user },
  ]);

/** The same rules, told the other way round: from the settings that act to the last one of them. */
function bruteForce(steps: readonly Step[]): Json {
  const acting = steps.flatMap(({ newest, adopted, isPassedOver }) => {
    const isStrict = newest && ['LOCKED', 'FLOOR'].includes(newest.mode);
    if (isStrict) return [{ ...newest, isPassedOver }];
    if (!adopted) return [];
    return [{ ...adopted, mode: adopted.mode === 'USER_OWNED' ? adopted.mode : 'DEFAULT', isPassedOver }];
  });
  const heard = acting.filter(({ isPassedOver }) => !isPassedOver);
  const firstMode = heard.find(({ mode }) => mode !== 'DEFAULT')?.mode;
  const lock =
    firstMode === 'USER_OWNED'
      ? -1
      : acting.findIndex(({ mode, isPassedOver }) => mode === 'LOCKED' && !isPassedOver);
  const open = (lock < 0 ? acting : acting.slice(0, lock + 1)).filter(({ isPassedOver }) => !isPassedOver);
  const floorsOf =
    firstMode === 'USER_OWNED'
      ? []
      : open.filter(({ mode }) => mode === 'FLOOR').map(({ value }) => Number(value));
  const last = open.at(-1);
  return last ? Math.max(Number(last.value), ...floorsOf) : 1;
}

describe('the effective value', () => {
  test('agrees with a brute-force resolver', () => {
    fc.assert(
      fc.property(chain, (steps) => {
        expect(resolve(minimum, steps).value).toEqual(bruteForce(steps));
      }),
      { numRuns: 5_000 },
    );
  });

  test('is a function of the settings: it changes none of them, and asks no clock', () => {
    fc.assert(
      fc.property(chain, (steps) => {
        const before = JSON.stringify(steps);
        expect(resolve(minimum, steps)).toEqual(resolve(minimum, steps));
        expect(JSON.stringify(steps)).toBe(before);
      }),
    );
  });

  test('a lock or floor of the newest version acts although it was not adopted, and everything else only once it is', () => {
    const steps = (newest: Setting): Step[] => [
      { scope: 'PLATFORM', newest, adopted: { value: 2, mode: 'DEFAULT' } },
      { scope: 'TENANT', newest: { value: 4, mode: 'DEFAULT' }, adopted: { value: 4, mode: 'DEFAULT' } },
    ];
    expect(resolve(minimum, steps({ value: 9, mode: 'LOCKED' })).value).toBe(9);
    expect(resolve(minimum, steps({ value: 9, mode: 'FLOOR' })).value).toBe(9);
    expect(resolve(minimum, steps({ value: 9, mode: 'DEFAULT' })).value).toBe(4);
  });

  test('a value below a lock is kept, shown as shadowed, and acts again when the lock is gone', () => {
    const tenant: Step = {
      scope: 'TENANT',
      newest: { value: 4, mode: 'DEFAULT' },
      adopted: { value: 4, mode: 'DEFAULT' },
    };
    const locked = resolve(minimum, [{ scope: 'PLATFORM', newest: { value: 9, mode: 'LOCKED' } }, tenant]);
    expect(locked).toMatchObject({ value: 9, source: 'PLATFORM', isLocked: true });
    expect(locked.contributions.map(({ scope, standing }) => [scope, standing])).toEqual([
      ['PLATFORM', 'EFFECTIVE'],
      ['TENANT', 'SHADOWED'],
    ]);
    expect(resolve(minimum, [tenant])).toMatchObject({ value: 4, source: 'TENANT' });
  });

  test('a value that is equal to the inherited one is a value of its own', () => {
    const both = { value: 5, mode: 'DEFAULT' } as const;
    const steps: Step[] = [
      { scope: 'PLATFORM', newest: both, adopted: both },
      { scope: 'TENANT', newest: both, adopted: both },
    ];
    expect(resolve(minimum, steps).source).toBe('TENANT');
    expect(without(minimum, steps, 'TENANT')).toBe(5);
  });

  test('a value with which a floor would leave nothing does not act', () => {
    const providers: PathRules = {
      default: ['a'],
      settableAt: SCOPES,
      isValid: (value) => Array.isArray(value) && value.length > 0,
      floor: intersection,
      combine: 'REPLACE',
    };
    const steps: Step[] = [
      { scope: 'PLATFORM', newest: { value: ['a'], mode: 'FLOOR' } },
      {
        scope: 'TENANT',
        newest: { value: ['b'], mode: 'DEFAULT' },
        adopted: { value: ['b'], mode: 'DEFAULT' },
      },
    ];
    expect(resolve(providers, steps)).toMatchObject({ value: ['a'], source: 'PLATFORM' });
    expect(resolve(providers, steps).contributions.at(-1)?.standing).toBe('INVALID');
  });
});

describe('what may be written', () => {
  const asStep = (scope: Step['scope'], one: Setting): Step => ({ scope, newest: one, adopted: one });

  test('what is accepted becomes effective at its scope, or is only combined with what is there', () => {
    fc.assert(
      fc.property(chain, fc.integer({ min: 1, max: 9 }), fc.constantFrom(...MODES), (steps, value, mode) => {
        const above = steps.slice(0, 2);
        const written: Setting = { value, mode };
        fc.pre(settingRefusal(minimum, above, 'TENANT', written) === null);
        expect(resolve(minimum, [...above, asStep('TENANT', written)])).toMatchObject({
          value,
          source: 'TENANT',
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['LOCKED_ABOVE', { value: 9, mode: 'LOCKED' }, { value: 9, mode: 'DEFAULT' }],
    ['FLOOR_WEAKER', { value: 8, mode: 'FLOOR' }, { value: 7, mode: 'DEFAULT' }],
    ['MODE_NOT_ALLOWED', { value: 8, mode: 'USER_OWNED' }, { value: 9, mode: 'LOCKED' }],
    ['MODE_NOT_ALLOWED', { value: 8, mode: 'FLOOR' }, { value: 9, mode: 'USER_OWNED' }],
    ['INVALID_VALUE', { value: 8, mode: 'DEFAULT' }, { value: 0, mode: 'DEFAULT' }],
    ['VALUE_MISSING', { value: 8, mode: 'DEFAULT' }, { mode: 'FLOOR' }],
  ] as const)('%s below %j: %j', (rule, above, written) => {
    const refusal = settingRefusal(minimum, [asStep('PLATFORM', above)], 'TENANT', written);
    expect(refusal?.rule).toBe(rule);
  });

  test('a user sets values and no modes', () => {
    expect(settingRefusal(minimum, [], 'USER', { value: 3, mode: 'LOCKED' })?.rule).toBe('MODE_NOT_ALLOWED');
    expect(settingRefusal(minimum, [], 'USER', { value: 3, mode: 'DEFAULT' })).toBeNull();
  });
});

describe('a merge of three ways', () => {
  const side = fc.option(fc.constantFrom<Json>(null, 1, 2), { nil: undefined });

  test('takes the side that changed, agrees with equal changes, and leaves the rest to a person', () => {
    fc.assert(
      fc.property(side, side, side, (base, theirs, ours) => {
        const merge = mergeThreeWay({ combine: 'REPLACE' }, base, theirs, ours);
        const isConflict = !isEqual(theirs, ours) && !isEqual(base, theirs) && !isEqual(base, ours);
        expect(merge.isConflict).toBe(isConflict);
        if (!merge.isConflict) expect(merge.value).toEqual(isEqual(base, theirs) ? ours : theirs);
      }),
    );
  });

  test('sets have the additions and the removals of both sides', () => {
    fc.assert(
      fc.property(set, set, set, (base, theirs, ours) => {
        const merge = mergeThreeWay({ combine: 'REPLACE', isSet: true }, base, theirs, ours);
        const expected = ['a', 'b', 'c', 'd'].filter((entry) => {
          const [was, above, below] = [base, theirs, ours].map((one) => one.includes(entry));
          return was ? above && below : above || below;
        });
        const value = merge.isConflict ? null : (merge.value ?? null);
        expect(canonical({ isSet: true }, value)).toEqual(expected);
      }),
    );
  });
});
