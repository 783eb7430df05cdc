import { describe, expect, test } from '@jest/globals';
import type { AttributeValueType, User } from '../../../src/generated/prisma/client.ts';
import { readCondition } from '../../../src/modules/file-access-policies/conditions/condition.ts';
import {
  ConditionFile,
  ConditionUser,
  type Facts,
} from '../../../src/modules/file-access-policies/conditions/vocabulary.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const TYPES: Record<string, AttributeValueType> = {
  finance: 'BOOLEAN',
  site: 'STRING',
  clearance: 'NUMBER',
  until: 'DATE_TIME',
};
const pool = new Map(Object.entries(TYPES).map(([name, valueType]) => [name, { name, valueType } as never]));

function facts(attributes: string[], path = '/finance/2026/Report.final.pdf'): Facts {
  const user = { id: 'u', name: 'Ada', email: 'ada@acme.test', role: 'CSR', department: null, attributes };
  return { user: new ConditionUser(user as unknown as User, pool), file: new ConditionFile(path), now: NOW };
}

const HELD = ['finance', 'site=north', 'clearance=3', 'until=2026-12-31T00:00:00Z', 'badge', 'badge-no=7'];

const ANSWERS: [condition: string, answer: boolean][] = [
  ['"finance" in user.attributes', true],
  ['"legal" in user.attributes', false],
  ['user.attributes.clearance >= 3', true],
  ['user.attributes.clearance == 3', true],
  ['user.attributes["clearance"] > 3', false],
  ['user.attributes.clearance in [1, 2, 3]', true],
  ['user.attributes.site.startsWith("no")', true],
  ['user.attributes.until > now + duration("24h")', true],
  ['user.attributes.finance == true && has(user.attributes.site)', true],
  ['user.attributes.badge == true && user.attributes["badge-no"] == "7"', true],
  ['user.attributes.exists(name, name.endsWith("-no"))', true],
  ['user.department == "" && user.role == "CSR"', true],
  ['file.folder == "/finance/2026" && file.name == "Report.final.pdf" && file.extension == "pdf"', true],
  ['now.getHours() < 12 || now.getHours("Europe/Berlin") == 13', true],
];

test.each(ANSWERS)('%s is %s', (condition, answer) => {
  expect(readCondition(condition).holds(facts(HELD))).toBe(answer);
});

test.each([
  'file.path.startsWith("/cafe\u0301/")',
  'file.path.startsWith("/caf\\u0065\\u0301/")',
  'file.path.startsWith("/caf" + "e" + "\\u0301" + "/")',
  '["caf\\u0065\\u0301"].exists(name, file.folder.endsWith(name))',
])('a text is compared in NFC, however it is typed, escaped or joined: %s', (condition) => {
  expect(readCondition(condition).holds(facts([], '/café/menu.pdf'))).toBe(true);
});

test.each([
  'user.attributes.clearance >= 3',
  'user.attributes.site == "north"',
  'user.attributes.until > now',
  '!(user.attributes.clearance < 3)',
])(
  '%s has no answer for a user who lacks the attribute, or whose entry does not fit its type',
  (condition) => {
    const { holds } = readCondition(condition);
    expect(() => holds(facts([]))).toThrow();
    expect(() => holds(facts(['clearance=high', 'site', 'until=tomorrow']))).toThrow();
  },
);

describe('a fault of a condition is reported with its line and column', () => {
  const REFUSED: [condition: string, message: RegExp][] = [
    ['user.name ==', /^Line 1, column 13: Unexpected token: EOF/],
    ['user.role == "CSR" &&\n  user.nme == "x"', /^Line 2, column 8: No such key: nme/],
    ['usr.name == "x"', /^Line 1, column 1: Unknown variable: usr/],
    ['1 + "a" == 2', /^Line 1, column 1: no such overload: int \+ string/],
    ['user.name', /^Line 1, column 1: a condition is true or false, and this is string/],
    ['user.attributes.finance', /this is dyn: compare it/],
    ['', /^Line 1, column 1: /],
    ['[].exists(x, x > 1)', /^Line 1, column 1: its types are ambiguous: .* an empty list/],
    ['[1].all(user, user == 1)', /^Line 1, column 9: "user" has a meaning already/],
  ];
  test.each(REFUSED)('%j', (condition, message) => {
    expect(() => readCondition(condition)).toThrow(message);
  });
});

const NAMED: [condition: string, names: string[]][] = [
  ['"b" in user.attributes && user.attributes.a == 1', ['a', 'b']],
  ['has(user.attributes.a) || user["attributes"]["c"] == true', ['a', 'c']],
  ['[1].exists(x, "deep" in user.attributes)', ['deep']],
  ['true ? "a" in user.attributes : user.attributes.a == 1', ['a']],
  ['user.attributes["fin" + "ance"] == true', ['finance']],
  ['user.name == "a"', []],
  ['user["role"] == "CSR" && user.email.endsWith("@acme.test")', []],
  ['user.attributes.size() > 3 && file.extension in user.attributes', []],
];

/** None of them names an attribute literally. */
const MAY_NAME: [condition: string, names: string[]][] = [
  ['user.attributes.exists(name, name == "x")', ['x']],
  ['["finance", "hr"].exists(a, a in user.attributes)', ['finance', 'hr']],
  ['{"finance": 1}.exists(a, a in user.attributes)', ['finance']],
  ['[user].exists(u, "finance" in u.attributes)', ['attributes', 'finance']],
  ['[user].exists(u, u.attributes.finance == true)', ['attributes', 'finance']],
  ['[user.attributes].exists(held, held.finance == true)', ['finance']],
  ['(true ? user : user).attributes.finance == true', ['attributes', 'finance']],
  ['user.attributes[true ? "finance" : "hr"] == true', ['finance', 'hr']],
  ['["fin"].exists(a, (a + "ance") in user.attributes)', ['*', 'ance', 'fin']],
  ['"FINANCE".lowerAscii() in user.attributes', ['*', 'FINANCE']],
  ['string(b"finance") in user.attributes', ['*']],
  ['user.attributes["project-" + file.name] == true', ['*', 'project-']],
];

test.each(MAY_NAME)('%s may name %j', (condition, names) => {
  expect(readCondition(condition).attributeNames).toEqual(names);
});

test.each(NAMED)('%s names %j', (condition, names) => {
  expect(readCondition(condition).attributeNames).toEqual(names);
});
