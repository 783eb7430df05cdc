import { expect, test } from '@jest/globals';
import { isPathGlob, matchesPath } from '../../../src/configuration/rules/path-glob.ts';
import { type DecidingRule, strategyOf } from '../../../src/configuration/rules/strategy-of.ts';

test('a glob matches whole names: one by *, and any number by **', () => {
  const matching = [
    ['auth.session.maxHours', 'auth.session.maxHours'],
    ['auth.*.maxHours', 'auth.session.maxHours'],
    ['auth.**', 'auth.session.maxHours'],
    ['**', 'branding.name'],
    ['**.maxHours', 'auth.session.maxHours'],
    ['auth.**.session.**.maxHours', 'auth.session.maxHours'],
  ] as const;
  for (const [glob, path] of matching) expect([glob, matchesPath(glob, path)]).toEqual([glob, true]);
  const other = [
    ['auth.*', 'auth.session.maxHours'],
    ['auth.session', 'auth.session.maxHours'],
    ['auth.session.maxHours.**.x', 'auth.session.maxHours'],
    ['session.**', 'auth.session.maxHours'],
    ['**.session', 'auth.session.maxHours'],
    ['AUTH.**', 'auth.session.maxHours'],
  ] as const;
  for (const [glob, path] of other) expect([glob, matchesPath(glob, path)]).toEqual([glob, false]);
});

test('a glob of many ** costs no more than its length', () => {
  const glob = Array.from({ length: 25 }, () => '**').join('.x.');
  const path = Array.from({ length: 50 }, () => 'x').join('.');
  const before = performance.now();
  for (let turn = 0; turn < 1_000; turn += 1) matchesPath(`${glob}.y`, path);
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(matchesPath(`${glob}.y`, path)).toBe(false);
});

test('what is no glob is none: no empty names, no parts of names, nothing long', () => {
  for (const text of ['', '.', 'a.', 'a..b', 'a*', '***', '{a,b}', '[a]', 'ä', 'a b', 'a'.repeat(101)]) {
    expect([text, isPathGlob(text)]).toEqual([text, false]);
  }
});

const RULE: DecidingRule = {
  triggers: ['auth.**'],
  targetScopes: ['TENANT'],
  direction: 'DOWN',
  strategy: 'PLATFORM_WINS',
  autoApply: true,
  enabled: true,
  priority: 10,
};

test('the enabled rule with the smallest priority decides a path, and without one the tenant wins', () => {
  const path = 'auth.session.maxHours';
  const merge: DecidingRule = { ...RULE, strategy: 'MERGE', priority: 5 };
  expect(strategyOf([], path)).toBe('TENANT_WINS');
  expect(strategyOf([RULE], path)).toBe('PLATFORM_WINS');
  expect(strategyOf([RULE], 'branding.name')).toBe('TENANT_WINS');
  expect(strategyOf([RULE, merge], path)).toBe('MERGE');
  expect(strategyOf([RULE, { ...merge, enabled: false }], path)).toBe('PLATFORM_WINS');
  expect(strategyOf([RULE, { ...merge, direction: 'UP' }], path)).toBe('PLATFORM_WINS');
});
