import { describe, expect, test } from '@jest/globals';
import { canonical } from '../../src/configuration/algebra/canonical.ts';
import type { Json } from '../../src/configuration/algebra/json.ts';
import { CATALOGUE, knownPath, RETIRED } from '../../src/configuration/catalogue/catalogue.ts';

/** Of each path with a floor, a value that is weaker than another one, that one, and one that is as strong. */
const FLOORS: readonly [string, Json, Json, Json][] = [
  ['auth.password.minLength', 12, 14, 16],
  ['auth.password.requiredClasses', [], ['DIGIT'], ['DIGIT', 'UPPER']],
  ['auth.password.maxAgeDays', null, 90, 30],
  ['auth.session.maxHours', null, 12, 8],
  ['auth.session.idleMinutes', 60, 30, 15],
  ['auth.secondFactor.required', false, true, true],
  ['auth.providers.allowed', ['GOOGLE', 'OIDC', 'PASSWORD'], ['OIDC', 'PASSWORD'], ['OIDC']],
  ...pathsLike(/^modules[.].+[.]enabled$/).map((path): [string, Json, Json, Json] => [
    path,
    true,
    false,
    false,
  ]),
  ...pathsLike(/^notifications[.].+[.]channels$/).map((path): [string, Json, Json, Json] => [
    path,
    [],
    ['EMAIL'],
    ['EMAIL', 'SMS'],
  ]),
];

function pathsLike(pattern: RegExp): readonly string[] {
  return CATALOGUE.map(({ path }) => path).filter((path) => pattern.test(path));
}

describe('The catalogue of configuration', () => {
  test('says of each path with a floor which value is stronger', () => {
    const paths = CATALOGUE.filter(({ floor }) => floor).map(({ path }) => path);
    expect(FLOORS.map(([path]) => path).toSorted()).toEqual(paths);
  });

  test('has a default of its own type for each path, and each path once', () => {
    expect(CATALOGUE.filter((entry) => !entry.isValid(entry.default)).map(({ path }) => path)).toEqual([]);
    expect(CATALOGUE.map((entry) => canonical(entry, entry.default))).toEqual(
      CATALOGUE.map((entry) => entry.default),
    );
    expect(new Set(CATALOGUE.map(({ path }) => path)).size).toBe(CATALOGUE.length);
  });

  test('uses no name again that has left it, and finds nothing but its paths', () => {
    expect(CATALOGUE.filter(({ path }) => RETIRED.includes(path))).toEqual([]);
    expect(['toString', '__proto__', 'branding.name '].map(knownPath)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('says once how each path combines with the scopes above', () => {
    const combined = CATALOGUE.filter(({ combine }) => combine !== 'REPLACE');
    expect(combined.map(({ path, combine }) => `${path}: ${combine}`)).toEqual([
      'business.documentKinds: UNION',
      'business.labels: MAP',
    ]);
  });

  test.each(FLOORS)(
    '%s: of %j, %j and %j each floor is as strong as the one before it',
    (path, weak, floor, strong) => {
      const meet = knownPath(path)?.floor?.meet;
      expect([meet?.(floor, weak), meet?.(floor, floor), meet?.(floor, strong)]).toEqual([
        floor,
        floor,
        strong,
      ]);
    },
  );

  test('takes no text for a number, completes nothing and names the place of a fault by a JSON pointer', () => {
    const frozen = Object.freeze({ issuer: 'https://id.test' });
    expect(knownPath('auth.password.minLength')?.check('12')?.pointer).toBe('');
    expect(knownPath('auth.session.maxHours')?.check(0)).not.toBeNull();
    expect(knownPath('auth.providers.oidc')?.check(frozen)?.explanation).toContain('clientId');
    expect(knownPath('notifications.incidents.channels')?.check(['EMAIL', 'FAX'])).toEqual({
      pointer: '/1',
      explanation: 'must be one of EMAIL, SMS, PUSH',
    });
    expect(knownPath('business.documentKinds')?.check(['Lease', 'Plan', 'Lease'])?.pointer).toBe('/2');
    const quietHours = (timeZone: string) => ({ from: '22:00', until: '07:00', timeZone });
    const check = knownPath('notifications.quietHours')?.check;
    expect(check?.(quietHours('Europe/Berlin'))).toBeNull();
    expect(check?.(quietHours('Europe/Atlantis'))?.pointer).toBe('/timeZone');
  });
});
