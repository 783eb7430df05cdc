import { describe, expect, test } from '@jest/globals';
import type { User } from '../../../src/generated/prisma/client.ts';
import { readCondition } from '../../../src/modules/file-access-policies/conditions/condition.ts';
import {
  ConditionFile,
  ConditionUser,
} from '../../../src/modules/file-access-policies/conditions/vocabulary.ts';

const BEYOND = '(timestamp("2026-01-01T00:00:00Z") + duration("9000000000h"))';

const REFUSED: [condition: string, message: RegExp][] = [
  [
    'now.getHours("Mars/Phobos") < 18',
    /^Line 1, column 1: .*no time zone "Mars\/Phobos": write a name such as/,
  ],
  ['user.role == "CSR" ||\n  now.getHours("+2") < 18', /^Line 2, column 3: .*an offset such as "\+02:00"/],
  ['now.getHours("+02:00:30") < 18', /no time zone/],
  ['now.getHours("") < 18', /no time zone/],
  ['now.getHours("Mars" + "/Phobos") < 18', /no time zone "Mars\/Phobos"/],
  ['user.attributes.until.getMonth("Mars") == 1', /no time zone/],
  [
    'user.attributes.clearance + 1 > 2',
    /^Line 1, column 1: .*clearance \+ 1 can never .*write 1\.0 instead of 1/,
  ],
  ['2 * user.attributes.clearance > 2', /write 2\.0 instead of 2/],
  ['user.attributes.clearance - user.name.size() > 0.5', /write double\(user\.name\.size\(\)\)/],
  ['user.attributes.clearance % 2 == 0', /write int\(user\.attributes\.clearance\)/],
  ['user.attributes["clearance"] % 2.0 == 0.0', /no such overload: dyn % double/],
  ['1.5 + 1 > 2', /no such overload: double \+ int: write a whole number beside a double as in 1\.0/],
  ['user.attributes.site.startsWith(1)', /no values of these types/],
  ['user.attributes.until + user.attributes.until > now', /no values of these types/],
  ['1 / 0 > 1', /division by zero/],
  ['user.name.size() / (2 - 2) > 1', /divides by zero/],
  ['user.name.size() % 0 == 1', /divides by zero/],
  ['timestamp("2026-02-31T00:00:00Z") < now', /"2026-02-31T00:00:00Z" is no date that exists/],
  ['timestamp("2026-05-02T24:00:00Z") < now', /is no date that exists/],
  ['timestamp(253402300800) < now', /is no date that exists/],
  ['now - duration("1 day") < now', /write numbers with h, m, s, ms, us or ns/],
  ['bool("maybe")', /write "true" or "false"/],
  ['int("1.5") == user.name.size()', /write a whole number/],
  ['9223372036854775807 + 1 > user.name.size()', /write a smaller number/],
  [`${BEYOND}.getHours() == 1`, /^Line 1, column 2: .*can never be evaluated: .*write a smaller number/],
  [`${BEYOND}.getHours("UTC") == 1`, /can never be evaluated: .*write a smaller number/],
  [`${BEYOND}.getHours("+02:00") == 1`, /can never be evaluated: .*write a smaller number/],
  [`${BEYOND}.getDayOfYear() == 1`, /can never be evaluated: .*write a smaller number/],
  ['[1, 2][2] == 1', /can never be evaluated/],
  ['[user.name, user.email][2] == ""', /no element 2/],
  ['user.name.substring(-1) == ""', /write 0 <= start <= end/],
  ['user.name.substring(3, 2) == ""', /write 0 <= start <= end/],
];

const WITHIN: [where: string, around: (part: string) => string][] = [
  ['the right of ||', (part) => `user.role == "CSR" || ${part}`],
  ['the left of &&', (part) => `${part} && user.role == "CSR"`],
  ['the right of a constant &&', (part) => `false && ${part}`],
  ['a branch', (part) => `user.role == "CSR" ? true : ${part}`],
  ['a branch that is never taken', (part) => `true ? true : ${part}`],
  ['a macro', (part) => `[user.name, user.email].exists(name, name == "x" && ${part})`],
  ['a macro over constants', (part) => `["x"].all(name, name != "x" || ${part})`],
  ['a negation', (part) => `!(${part})`],
  ['a list', (part) => `(user.name == "x") in [true, ${part}]`],
];

describe('a part that can never be evaluated is refused, with its place and what to write', () => {
  test.each(REFUSED)('%s', (condition, message) => {
    expect(() => readCondition(condition).requireEvaluable()).toThrow(message);
  });

  test.each(WITHIN)('in %s', (_where, around) => {
    for (const part of ['1 / 0 > 1', 'now.getHours("Mars") < 3', 'user.attributes.n + 1 > 2']) {
      expect(() => readCondition(around(part)).requireEvaluable()).toThrow(/can never be evaluated/);
    }
    expect(() => readCondition(around('user.attributes.n + 1.0 > 2')).requireEvaluable()).not.toThrow();
  });
});

test.each([
  'now.getHours("+02:00") < 18 && now.getHours("America/New_York") < 18 && now.getMonth("UTC") == 1',
  'now.getHours("+0200") < 18 && now.getHours("+02") < 18',
  'now.getHours(user.attributes.zone) < 18',
  '[0, 1].exists(n, n != 0 && 10 / n > 5)',
  'user.attributes.clearance / 0.0 > 1.0',
  'user.attributes.until - duration("24h") < now',
  'timestamp("2026-05-02T16:20Z") < now && timestamp(0) < now',
  'user.attributes.a + user.attributes.b == 3.0',
  'int(user.attributes.clearance) % 2 == 0',
  'user.attributes.clearance > 2',
  'true',
  '1 > 2',
])('%s is accepted', (condition) => {
  expect(() => readCondition(condition).requireEvaluable()).not.toThrow();
});

describe('an operation on an attribute is refused exactly if it fails for an attribute of every type', () => {
  const HELD = ['x', 'x=text', 'x=2.5', 'x=2026-12-31T00:00:00Z'];
  const TYPES = ['BOOLEAN', 'STRING', 'NUMBER', 'DATE_TIME'] as const;
  const OTHERS = ['1', '1.5', '"a"', 'true', 'now', 'duration("1h")', 'user.name', 'user.attributes.x'];
  const OPERATIONS = [
    ...['+', '-', '*', '/', '%', '<', '<=', '>', '>='].flatMap((op) =>
      OTHERS.flatMap((other) => [`user.attributes.x ${op} ${other}`, `${other} ${op} user.attributes.x`]),
    ),
    ...['size()', 'getHours()', 'getHours("UTC")', 'lowerAscii()', 'startsWith("t")', 'indexOf("t")'].map(
      (method) => `user.attributes.x.${method}`,
    ),
    ...OTHERS.map((other) => `user.attributes.x.contains(${other})`),
    ...['size', 'string', 'double', 'int', 'bool', 'timestamp'].map((name) => `${name}(user.attributes.x)`),
    '-user.attributes.x',
    '!user.attributes.x',
  ];

  /** Counts the types for which it can be evaluated; a text of the wrong form has the right type. */
  function evaluations({ holds }: { readonly holds: ReturnType<typeof readCondition>['holds'] }): number {
    return TYPES.filter((valueType, index) => {
      const row = { id: 'u', name: 'Ada', attributes: [HELD[index]] } as unknown as User;
      const user = new ConditionUser(row, new Map([['x', { name: 'x', valueType } as never]]));
      try {
        holds({ user, file: new ConditionFile('/a'), now: new Date('2026-11-20T12:00:00Z') });
        return true;
      } catch (error) {
        return !/overload/.test(String(error));
      }
    }).length;
  }

  test.each(OPERATIONS)('%s', (operation) => {
    const text = `[${operation}].size() == 1`;
    let condition: ReturnType<typeof readCondition>;
    try {
      condition = readCondition(text);
    } catch {
      return; // the type checker refuses it already
    }
    let isRefused = false;
    try {
      condition.requireEvaluable();
    } catch {
      isRefused = true;
    }
    expect({ operation, isRefused }).toEqual({ operation, isRefused: evaluations(condition) === 0 });
  });
});
