import { describe, expect, test } from '@jest/globals';
import type { ASTNode } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import type { User } from '../../../src/generated/prisma/client.ts';
import { readCondition } from '../../../src/modules/file-access-policies/conditions/condition.ts';
import { costOf } from '../../../src/modules/file-access-policies/conditions/condition-cost.ts';
import {
  ConditionFile,
  ConditionUser,
  environment,
} from '../../../src/modules/file-access-policies/conditions/vocabulary.ts';

/** The facts of a user for whom everything is as large as possible. */
const LARGEST = {
  user: new ConditionUser(
    {
      ...Object.fromEntries(
        ['id', 'name', 'email', 'role', 'department', 'company', 'customerId'].map((key) => [
          key,
          'a'.repeat(36),
        ]),
      ),
      attributes: Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(100, 'a')),
    } as unknown as User,
    new Map(),
  ),
  file: new ConditionFile(`/${'a'.repeat(999)}`),
  now: new Date('2026-11-20T12:00:00Z'),
};

/** Counts every evaluation of a node, and of the nodes that macros have made of it. */
function stepsOf(text: string): number {
  const expression = environment.parse(text);
  if (!expression.check().valid) return 0;
  let steps = 0;
  const seen = new Set<object>();
  const watch = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    if (!(node instanceof (expression.ast as object).constructor)) {
      for (const inner of Object.values(node)) watch(inner);
      return;
    }
    let evaluate = Reflect.get(node, 'evaluate') as (...args: unknown[]) => unknown;
    Object.defineProperty(node, 'evaluate', {
      // A node replaces its own method when it is first evaluated.
      set: (replaced) => {
        evaluate = replaced;
      },
      get: () =>
        function counted(this: unknown, ...args: unknown[]) {
          steps += 1;
          return evaluate.apply(this, args);
        },
    });
    const { args, meta } = node as ASTNode & { readonly meta: { alternate?: unknown; macro?: unknown } };
    watch(args);
    watch(meta.alternate);
    watch(meta.macro);
  };
  watch(expression.ast);
  // A node's first evaluation looks for its method, and calls itself by it.
  const answer = outcomeOf(expression);
  steps = 0;
  expect(outcomeOf(expression)).toEqual(answer);
  return steps;
}

/** An evaluation that fails takes its steps, too. */
function outcomeOf(expression: (facts: object) => unknown): unknown {
  try {
    return expression({ ...LARGEST });
  } catch (error) {
    return String(error);
  }
}

const variable = fc.constantFrom('a', 'b', 'c');
const { condition: anyCondition } = fc.letrec<{ condition: string; text: string; range: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('"x"', '"a"', 'user.name', 'file.path', 'file.extension'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie('text')).map(([a]) => `${a}.lowerAscii()`),
    fc.tuple(tie('condition'), tie('text'), tie('text')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
  ),
  range: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('user.attributes', '["x", "y"]', '["x"]', '["x", "y", "z", "u", "v"]'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[${a}, ${b}]`),
    fc.tuple(tie('range'), variable, tie('text')).map(([r, v, t]) => `${r}.map(${v}, ${v} + ${t})`),
    fc
      .tuple(tie('range'), variable, tie('condition'))
      .map(([r, v, c]) => `${r}.filter(${v}, ${v} != "" && ${c})`),
    fc.tuple(tie('range')).map(([r]) => `(${r}.map(d, d) + ${r}.map(e, e))`),
  ),
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'true',
      'false',
      '"x" in user.attributes',
      'has(user.attributes.x)',
      'now.getHours() < 12',
    ),
    fc
      .tuple(tie('text'), fc.constantFrom('==', '<', '!='), tie('text'))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('condition')).map(([a]) => `!(${a})`),
    fc
      .tuple(tie('range'), fc.constantFrom('all', 'exists', 'exists_one'), variable, tie('condition'))
      .map(([r, name, v, c]) => `${r}.${name}(${v}, ${c} || ${v} == "x")`),
    fc.tuple(tie('text'), tie('range')).map(([t, r]) => `${t} in ${r}.map(f, f)`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `${a}.contains(${b})`),
  ),
}));

test('no expression takes more steps than was estimated', () => {
  let counted = 0;
  fc.assert(
    fc.property(anyCondition, (condition) => {
      const steps = estimateOf(condition);
      fc.pre(steps !== null && steps <= 100_000);
      const taken = stepsOf(condition);
      counted += taken > 0 ? 1 : 0;
      expect({ condition, isWithin: taken <= (steps ?? 0) }).toEqual({ condition, isWithin: true });
    }),
    { numRuns: 1_000, seed: 20_261_120 },
  );
  expect(counted).toBeGreaterThan(800);
});

function estimateOf(text: string): number | null {
  try {
    return costOf(environment.parse(text).ast).steps;
  } catch {
    return null;
  }
}

describe('an expression that could hang the server is refused', () => {
  const attributes = 'user.attributes';
  const doubled = (times: number) => '.map(x, x + x)'.repeat(times);
  const HOSTILE: [what: string, condition: string, message: RegExp][] = [
    [
      'three comprehensions in one another',
      `${attributes}.all(a, ${attributes}.all(b, ${attributes}.all(c, true)))`,
      /estimated cost of \d{7} steps exceeds the limit of 10000/,
    ],
    ['a text that doubles', `["aaaaaaaaaa"]${doubled(18)}.size() > 1`, /cost of \d+ steps/],
    ['a list that doubles', `[[1, 2]]${doubled(18)}.size() > 1`, /cost of \d+ steps/],
    [
      'lists of lists that grow',
      `${'[1, 2, 3].map(x, '.repeat(9)}1${')'.repeat(9)}.size() > 1`,
      /lists and maps nest 3 times at most/,
    ],
    ['a comparison of long texts at every place', 'file.path.contains(file.path)', /cost of 10036 steps/],
    ['numbers of many digits', 'string(int(1e308)).contains(string(int(1e308)))', /cost of \d+ steps/],
    ['a regular expression', 'user.name.matches("^(a+)+$")', /matches\(\) is not supported/],
    ['a duration of many digits', `duration("${'1'.repeat(1_900)}") > duration("1h")`, /cost of \d+ steps/],
    ['a duration that is no literal', 'duration(file.path) > duration("1h")', /cost of \d+ steps/],
    ['deep nesting', `${'('.repeat(200)}true${')'.repeat(200)}`, /Exceeded maxDepth/],
    ['deep nesting of lists', `${'['.repeat(200)}${']'.repeat(200)} == []`, /Exceeded maxDepth/],
    ['many signs', `${'!'.repeat(1_990)}true`, /Exceeded maxAstNodes/],
    ['many terms', `${'1+'.repeat(600)}1 > 0`, /Exceeded maxAstNodes/],
    ['a long list', `1 in [${'1,'.repeat(400)}1]`, /Exceeded maxListElements/],
    ['a long text', `"${'a'.repeat(2_000)}" == ""`, /column 2001: at most 2000 characters/],
    ['JSON', 'b"{}".json().size() == 0', /json\(\) is not supported/],
    ['what hides its type', 'dyn(user).all(x, true)', /dyn\(\) is not supported/],
    ['what binds a text that doubles', 'cel.bind(x, "aa", (x + x) == "")', /bind\(\) is not supported/],
  ];
  test.each(HOSTILE)('%s', (_what, condition, message) => {
    expect(() => readCondition(condition)).toThrow(message);
  });
});

test('an expression that is accepted is worth its cost', () => {
  const conditions = [
    '"finance" in user.attributes && user.attributes.clearance >= 3',
    'user.attributes.exists(name, name.startsWith("project:"))',
    'file.path.lowerAscii().contains("confidential") && user.role in ["TENANT_ADMIN", "SUPPORT"]',
    'now.getHours("Europe/Berlin") >= 8 && now.getHours("Europe/Berlin") < 18 && now.getDayOfWeek("Europe/Berlin") in [1, 2, 3, 4, 5]',
  ];
  expect(conditions.map((one) => readCondition(one).cost)).toEqual([12, 1007, 512, 1534]);
});
