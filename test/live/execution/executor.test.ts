import { expect, test } from '@jest/globals';
import { buildSchema, execute, type GraphQLObjectType, type GraphQLResolveInfo, parse } from 'graphql';
import { Executor } from '../../../src/live/execution/executor.ts';

const schema = buildSchema(`
  type Query { thing: Thing! }
  type Subscription { thing: Thing! }
  type Thing { name: String! note: String seen: String! other: Thing }
`);

let tries = 0;
const { note, seen } = (schema.getType('Thing') as GraphQLObjectType).getFields();
Object.assign(note ?? {}, {
  resolve: (_thing: unknown, _args: unknown, { isRefused = true }: { isRefused?: boolean } = {}) => {
    tries += 1;
    if (isRefused) throw new Error('not for you');
    return 'for you';
  },
});

// Compiled code has another document than the operation.
let isInterpreted: (info: GraphQLResolveInfo) => boolean;
Object.assign(seen ?? {}, {
  resolve: (_thing: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo) =>
    isInterpreted(info) ? 'interpreted' : 'compiled',
});

function aThing(name: string) {
  return { name, other: { name: `other ${name}`, other: null } };
}

async function results(text: string, compileAfter: number, times = 3) {
  const executor = new Executor(compileAfter);
  const args = { schema, document: parse(text), variableValues: {} };
  const given: unknown[] = [];
  for (let run = 0; run < times; run += 1) {
    given.push(await executor.execute(args, { thing: aThing(`run ${run}`) }, {}));
  }
  const interpreted = await Promise.all(
    given.map((_one, run) => execute({ ...args, rootValue: { thing: aThing(`run ${run}`) } })),
  );
  return { given, interpreted };
}

test.each([
  ['what meets errors', '{ thing { name note } }'],
  [
    'a selection in two places',
    '{ thing { ...A name } thing { other { name } } } fragment A on Thing { other { note: name } }',
  ],
  ['names that mean something to objects', '{ thing { __proto__: name constructor: name toString: name } }'],
  ['an operation that it cannot compile', '{ nothing }'],
])('%s has the same bytes before and after it was compiled', async (_what, text) => {
  const { given, interpreted } = await results(text, 2);
  expect(given.map((result) => JSON.stringify(result))).toEqual(
    interpreted.map((result) => JSON.stringify(result)),
  );
});

test('a caller that meets an error every time is soon interpreted immediately, and other callers of the document stay compiled', async () => {
  const executor = new Executor(3);
  const document = parse('subscription { thing { note seen } }');
  const rootValue = { thing: aThing('one') };
  isInterpreted = ({ operation }) => operation === document.definitions[0];
  const [refused, allowed] = [
    { schema, document },
    { schema, document },
  ];
  const triedBy: number[] = [];
  for (let run = 0; run < 14; run += 1) {
    tries = 0;
    await executor.execute(refused, rootValue, { isRefused: true });
    triedBy.push(tries);
  }
  // It is compiled from the third time on, ten times without success, and then interpreted.
  expect(triedBy).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
  expect(await executor.execute(allowed, rootValue, { isRefused: false })).toEqual({
    data: { thing: { note: 'for you', seen: 'compiled' } },
  });
});

test('an occasional error does not end compiled execution', async () => {
  const executor = new Executor(1);
  const document = parse('subscription { thing { note seen } }');
  const args = { schema, document };
  isInterpreted = ({ operation }) => operation === document.definitions[0];
  for (let run = 0; run < 40; run += 1) {
    await executor.execute(args, { thing: aThing('one') }, { isRefused: run % 10 !== 0 });
  }
  const { data } = await executor.execute(args, { thing: aThing('one') }, { isRefused: false });
  expect(data).toEqual({ thing: { note: 'for you', seen: 'compiled' } });
});

test('an operation stays compiled, however many executions were running when it was compiled', async () => {
  const executor = new Executor(3);
  const document = parse('subscription { thing { seen } }');
  const run = () => executor.execute({ schema, document }, { thing: aThing('one') }, {});
  isInterpreted = ({ operation }) => operation === document.definitions[0];
  await Promise.all([run(), run(), run(), run(), run()]);
  expect(await run()).toEqual({ data: { thing: { seen: 'compiled' } } });
});

test('compiled operations are bounded in bytes: the one that was used least recently is interpreted, until it is compiled again', async () => {
  const texts = ['a', 'b', 'c'].map((name) => `subscription { ${name}: thing { seen } }`);
  const bytesOfOne = 400 * (texts[0]?.length ?? 0);
  const executor = new Executor(2, 2 * bytesOfOne);
  const [a, b, c] = texts.map((text) => ({ schema, document: parse(text), variableValues: {} }));
  if (!a || !b || !c) throw new Error('There are three.');
  isInterpreted = ({ operation }) =>
    [a, b, c].some(({ document }) => document.definitions.includes(operation));
  const seenBy = async (args: typeof a) => {
    const { data } = await executor.execute(args, { thing: aThing('a') }, {});
    return Object.values(data as Record<string, { seen: string }>)[0]?.seen;
  };
  const often = async (args: typeof a) => [await seenBy(args), await seenBy(args)];
  expect([await often(a), await often(b)]).toEqual([
    ['interpreted', 'compiled'],
    ['interpreted', 'compiled'],
  ]);
  expect(await seenBy(a)).toBe('compiled');
  await often(c);
  expect([await seenBy(a), await often(b)]).toEqual(['compiled', ['interpreted', 'compiled']]);
  expect(executor.compiledBytes).toBe(2 * bytesOfOne);
});
