import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultOfPattern, matchesPattern } from '../../../src/modules/file-access-policies/file-pattern.ts';

/** Every run draws the same paths, so that it fails for the author of a fault. */
const SEED = 20_261_120;

const MATCHES: [pattern: string, path: string, isMatch: boolean][] = [
  ['/finance/report.pdf', '/finance/report.pdf', true],
  ['finance/report.pdf', '/finance/report.pdf', true],
  ['/finance/report.pdf', 'finance/report.pdf', true],
  ['/finance/report.pdf', '/finance/report.pdf.bak', false],
  ['/finance/*', '/finance/report.pdf', true],
  ['/finance/*', '/finance/2026/report.pdf', false],
  ['/finance/*.pdf', '/finance/report.pdf', true],
  ['/finance/*.pdf', '/finance/.pdf', true],
  ['/finance/r?port.*', '/finance/report.pdf', true],
  ['/finance/r?port.*', '/finance/rport.pdf', false],
  ['/finance/?', '/finance/😀', true],
  ['/finance/**', '/finance/2026/q1/report.pdf', true],
  ['/finance/**', '/finance', true],
  ['/finance/**', '/financed/report.pdf', false],
  ['**/report.pdf', '/report.pdf', true],
  ['**/report.pdf', '/a/b/report.pdf', true],
  ['/a/**/b/**/c', '/a/b/b/c', true],
  ['/a/**/b/**/c', '/a/c/b', false],
  ['**', '/anything/at/all', true],
  ['/finance/[ab].(pdf)', '/finance/[ab].(pdf)', true],
  ['/finance/[ab].(pdf)', '/finance/a.pdf', false],
];

test.each(MATCHES)('%s and %s: %s', (pattern, path, isMatch) => {
  expect(matchesPattern(pattern, path)).toBe(isMatch);
});

test.each(['', '/', '/a//b', '/a/../b', './a', '/a/./b', '/a\\b', '/a\nb', '/a**', '/**b/c', '/***'])(
  'the pattern %j is refused',
  (pattern) => {
    expect(faultOfPattern(pattern)).toEqual(expect.any(String));
  },
);

/** Slow and plain: it tries every way of dividing the path. */
function matchesPlainly(pattern: readonly string[], given: readonly string[]): boolean {
  const [sign, ...others] = pattern;
  if (sign === undefined) return given.length === 0;
  if (sign === '**') {
    return given.concat('').some((_part, index) => matchesPlainly(others, given.slice(index)));
  }
  const [part, ...rest] = given;
  return part !== undefined && partMatches([...sign], [...part]) && matchesPlainly(others, rest);
}

function partMatches(pattern: readonly string[], given: readonly string[]): boolean {
  const [sign, ...others] = pattern;
  if (sign === undefined) return given.length === 0;
  if (sign === '*') return given.concat('').some((_one, index) => partMatches(others, given.slice(index)));
  return given.length > 0 && (sign === '?' || sign === given[0]) && partMatches(others, given.slice(1));
}

test('it matches the same paths as trying every way', () => {
  const parts = (part: fc.Arbitrary<string>) => fc.array(part, { minLength: 1, maxLength: 5 });
  const letters = (signs: string[]) => fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 4 });
  const patternPart = fc.oneof(
    fc.constant('**'),
    letters(['a', 'b', '*', '?']).map((list) => list.join('').replace(/\*+/g, '*')),
  );
  const pathPart = letters(['a', 'b']).map((list) => list.join(''));
  fc.assert(
    fc.property(parts(patternPart), parts(pathPart), (pattern, path) => {
      expect(matchesPattern(pattern.join('/'), path.join('/'))).toBe(matchesPlainly(pattern, path));
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

test('a pattern over which a backtracking matcher would never end is decided immediately', () => {
  expect(matchesPattern(`${'*a'.repeat(149)}*b`, 'a'.repeat(1_000))).toBe(false);
  expect(matchesPattern(`${'**/a/'.repeat(59)}b`, 'a/'.repeat(499).concat('a'))).toBe(false);
});
