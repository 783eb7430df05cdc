import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  executeSync,
  type GraphQLError,
  getIntrospectionQuery,
  specifiedRules,
  validate,
} from 'graphql';
import { type AskedOperation, assertCost } from '../../../src/graph/limits/cost.ts';
import { limitRules } from '../../../src/graph/limits/limit-rules.ts';
import { parseWithin } from '../../../src/graph/limits/parse-within.ts';
import { assertVariables } from '../../../src/graph/limits/variables.ts';

const LIMITS = {
  maxDocumentBytes: 32_768,
  maxTokens: 1_000,
  maxDepth: 10,
  maxAliases: 30,
  maxRootMutations: 10,
  maxNodes: 10_000,
  maxStatements: 1_000,
};

const schema = buildSchema(`
  interface Node { id: ID! }
  type Person implements Node {
    id: ID!
    friend: Person
    friends(first: Int, after: String, last: Int, before: String): PersonConnection!
    badges: [Badge!]!
  }
  type Badge { name: String, of: Person }
  type PersonEdge { cursor: String!, node: Person! }
  type PersonConnection { edges: [PersonEdge!]!, nodes: [Person!]!, pageInfo: PageInfo!, totalCount: Int! }
  type PageInfo { hasNextPage: Boolean! }
  union Anybody = Person | Badge
  type Query { me: Person, anybody: Anybody, people(first: Int, last: Int): PersonConnection! }
  type Mutation { rename(name: String): Person }
`);

const parse = parseWithin(LIMITS);

function faults(source: string): { code: unknown; message: string }[] {
  return validate(schema, parse(source), [...specifiedRules, ...limitRules(LIMITS)]).map(facts);
}

function facts({ extensions, message }: GraphQLError): { code: unknown; message: string } {
  return { code: extensions.code, message };
}

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

const cost = (source: string, asked: Omit<AskedOperation, 'document'> = {}) =>
  assertCost(schema, { document: parse(source), ...asked }, LIMITS);

describe('a document', () => {
  test.each([
    ['braces', `{${'a{'.repeat(20_000)}`.slice(0, 20_000)],
    ['lists', `{ me(x: ${'['.repeat(20_000)}`],
    ['objects', `{ me(x: ${'{a:'.repeat(10_000)}`],
    ['types', `query ($x: ${'['.repeat(20_000)}`],
    ['fields', `{ ${'a '.repeat(10_000)}}`],
  ])('of 20,000 %s is refused before the parser runs out of stack', (_what, source) => {
    expect(thrown(() => parse(source))).toMatchObject({
      message: 'The document has more than 1000 tokens (MAX_TOKENS).',
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  });

  test('is measured in bytes, including comments', () => {
    expect(thrown(() => parse(`{ me { id } } #${'é'.repeat(16_384)}`))).toMatchObject({
      message: 'The document is larger than 32768 bytes (MAX_DOCUMENT_BYTES).',
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  });

  test('with a syntax error reports its location', () => {
    expect(thrown(() => parse('{ me {'))).toMatchObject({
      message: 'Syntax Error: Expected Name, found <EOF>.',
      locations: [{ line: 1, column: 7 }],
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  });

  test.each([
    ['selections', (n: number) => `${'{me'.repeat(n)}${'}'.repeat(n)}`],
    ['inline fragments', (n: number) => `{${'...{'.repeat(n)}me{id}${'}'.repeat(n)}}`],
    ['lists', (n: number) => `{me(x:${'['.repeat(n)}${']'.repeat(n)}){id}}`],
  ])('of the most nested %s that MAX_TOKENS can permit is refused without an overflow', (_what, nested) => {
    const document = parseWithin({ ...LIMITS, maxTokens: 2_000 })(nested(480));
    expect(validate(schema, document, [...specifiedRules, ...limitRules(LIMITS)])).toBeDefined();
    expect(() => assertCost(schema, { document }, LIMITS)).not.toThrow();
  });
});

describe('an operation that is too large is refused', () => {
  const tooDeep = {
    code: 'QUERY_TOO_COMPLEX',
    message: 'The operation is 11 levels deep; 10 are allowed (MAX_DEPTH).',
  };
  const nine = (inner: string) => `me { ${'friend { '.repeat(8)} ${inner} ${'} '.repeat(8)}}`;

  test('when it is deep', () => {
    expect(faults(`{ ${nine('friend { id }')} }`)).toEqual([tooDeep]);
    expect(faults(`{ ${nine('id')} }`)).toEqual([]);
  });

  test('when it is deep in fragments, under directives, or without a name', () => {
    expect(faults(`{ ${nine('...F')} } fragment F on Person { friend { id } }`)).toEqual([tooDeep]);
    expect(faults(`{ ${nine('... on Node { ... on Person { friend { id } } }')} }`)).toEqual([tooDeep]);
    expect(faults(`query ($no: Boolean!) { ${nine('friend @include(if: $no) { id }')} }`)).toEqual([tooDeep]);
  });

  test('when it has many aliases, each time a fragment is spread', () => {
    const aliases = (n: number) => Array.from({ length: n }, (_, i) => `a${i}: id`).join(' ');
    expect(faults(`{ me { ${aliases(30)} } }`)).toEqual([]);
    expect(faults(`{ me { ${aliases(31)} } }`)).toEqual([
      { code: 'QUERY_TOO_COMPLEX', message: 'The operation has 31 aliases; 30 are allowed (MAX_ALIASES).' },
    ]);
    expect(
      faults(`{ me { ...F friend { ...F } } } fragment F on Person { ${aliases(16)} }`).map(
        ({ code }) => code,
      ),
    ).toEqual(['QUERY_TOO_COMPLEX']);
  });

  test('when it contains many mutations, under one name, under several or in fragments', () => {
    const eleven = Array.from({ length: 11 }, (_, i) => `m${i}: rename { id }`).join(' ');
    const expected = [
      {
        code: 'QUERY_TOO_COMPLEX',
        message: 'The operation has 11 mutations; 10 are allowed (MAX_ROOT_MUTATIONS).',
      },
    ];
    expect(faults(`mutation { ${eleven} }`)).toEqual(expected);
    expect(faults(`mutation { ...F } fragment F on Mutation { ${eleven} }`)).toEqual(expected);
    expect(faults(`mutation { ... @include(if: true) { ${eleven} } }`)).toEqual(expected);
    expect(faults(`query { me { id } } mutation M { ${eleven} }`)).toHaveLength(2); // M, and no name on the query
  });
});

describe('fragments', () => {
  test('that spread themselves are refused without an endless loop', () => {
    const document = parse(
      '{ me { ...A } } fragment A on Person { friend { ...B } } fragment B on Person { ...A }',
    );
    expect(validate(schema, document, limitRules(LIMITS))).toEqual([]);
    expect(() => assertCost(schema, { document }, LIMITS)).not.toThrow();
    expect(validate(schema, document, specifiedRules).map(({ message }) => message)).toEqual([
      'Cannot spread fragment "A" within itself via "B".',
    ]);
  });

  test('that double one another thirty times are counted quickly', () => {
    const doubling = Array.from(
      { length: 30 },
      (_, i) => `fragment F${i} on Person { a: friend { ...F${i + 1} } b: friend { ...F${i + 1} } }`,
    );
    const document = parse(`{ me { ...F0 } } ${doubling.join(' ')} fragment F30 on Person { id }`);
    const begun = process.cpuUsage();
    expect(validate(schema, document, limitRules(LIMITS))).toHaveLength(2);
    expect(() => assertCost(schema, { document }, LIMITS)).toThrow(/MAX_NODES/);
    // The CPU time of this process; counting them one by one would take minutes.
    expect(process.cpuUsage(begun).user).toBeLessThan(5_000_000);
  });
});

describe('the node budget', () => {
  const tooMany = { extensions: { code: 'QUERY_TOO_COMPLEX' } };
  const nested = (arg: string) =>
    `{ people(${arg}) { nodes { friends(${arg}) { nodes { friends(${arg}) { nodes { id } } } } } } }`;

  test('refuses nested pages', () => {
    expect(thrown(() => cost(nested('first: 100')))).toMatchObject({
      message:
        'The answer could cost as much as 1020201 objects; 10000 are allowed (MAX_NODES). Request smaller pages or fewer fields.',
      ...tooMany,
    });
    expect(thrown(() => cost(nested('last: 50')))).toMatchObject(tooMany);
    expect(() => cost(nested('first: 5'))).not.toThrow();
  });

  test('counts pages without a size as 25', () => {
    const three = nested('first: null');
    expect(thrown(() => cost(three))).toMatchObject({ message: expect.stringMatching(/16926/), ...tooMany });
  });

  test('knows the values of variables, and their defaults', () => {
    const source = (declaration: string) => `query (${declaration}) ${nested('first: $n')}`;
    expect(() => cost(source('$n: Int'), { variables: { n: 3 } })).not.toThrow();
    expect(() => cost(source('$n: Int = 3'))).not.toThrow();
    expect(() => cost(source('$n: Int = 3'), { variables: { n: 100 } })).toThrow(/MAX_NODES/);
    expect(() => cost(source('$n: Int = 3'), { variables: { n: null } })).toThrow(/MAX_NODES/);
    expect(() => cost(source('$n: Int'), { variables: { n: '3' } })).toThrow(/MAX_NODES/);
    expect(() => cost(source('$n: Int'), { variables: null })).toThrow(/MAX_NODES/);
  });

  test('cannot be circumvented by fragments, edges, lists without pages or directives', () => {
    const page = (inner: string) => `friends(first: 100) { edges { node { ${inner} } } }`;
    expect(() => cost(`{ me { ${page(page('id'))} } }`)).toThrow(/MAX_NODES/);
    expect(() =>
      cost(`{ me { ...F } } fragment F on Person { ${page('...G')} } fragment G on Person { ${page('id')} }`),
    ).toThrow(/MAX_NODES/);
    expect(() => cost(`{ anybody { ... on Person @skip(if: true) { ${page(page('id'))} } } }`)).toThrow(
      /MAX_NODES/,
    );
    expect(() => cost('{ me { badges { of { badges { of { badges { name } } } } } } }')).toThrow(/MAX_NODES/);
  });

  test('leaves a page that is too large to the list, whose error names the limit', () => {
    expect(() => cost('{ people(first: 1000000) { nodes { id } } }')).not.toThrow();
  });

  test('counts the operation that is selected', () => {
    const source = `query Small { me { id } } query Large ${nested('first: 100')}`;
    expect(() => cost(source, { operationName: 'Small' })).not.toThrow();
    expect(() => cost(source, { operationName: 'Large' })).toThrow(/MAX_NODES/);
    expect(() => cost(source)).not.toThrow(); // execution refuses to choose an operation
  });
});

describe('introspection', () => {
  test('as tools send it passes every limit', () => {
    const source = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(faults(source)).toEqual([]);
    expect(() => cost(source)).not.toThrow();
    expect(executeSync({ schema, document: parse(source) }).errors).toBeUndefined();
  });

  test('cannot be requested many times in one operation', () => {
    expect(faults('{ a: __schema { types { name } } }')).toEqual([
      { code: 'QUERY_TOO_COMPLEX', message: 'Introspection takes no aliases, as on "__schema".' },
    ]);
    expect(faults('{ __schema { ...F } } fragment F on __Schema { a: types { name } }')).toHaveLength(1);
    expect(faults('{ a: __type(name: "Person") { name } b: __type(name: "Badge") { name } }')).toEqual([]);
  });

  test('costs objects like data', () => {
    const budget = { ...LIMITS, maxNodes: 2_150 };
    const whole = '__schema { types { name } }';
    const one = '__type(name: "Badge") { name }';
    const costWithin = (source: string) => () => assertCost(schema, { document: parse(source) }, budget);
    expect(costWithin(`{ ${whole} ${one} }`)).not.toThrow();
    expect(costWithin(`{ ${whole} a: ${one} b: ${one} }`)).toThrow(/2200 objects; 2150 are allowed/);
    expect(
      costWithin(
        `{ ...All } fragment All on Query { ${whole} people(first: 100) { nodes { badges { name } } } }`,
      ),
    ).toThrow(/MAX_NODES/);
  });

  test('cannot recurse', () => {
    const round = '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }';
    expect(faults(round)).toEqual([
      expect.objectContaining({ message: 'Maximum introspection depth exceeded' }),
    ]);
  });
});

test('variables that nest deep enough to overflow the stack are refused', () => {
  const deep = JSON.parse(`${'{"not":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
  expect(thrown(() => assertVariables({ filter: deep }))).toMatchObject({
    message: 'The variables are more than 32 levels deep.',
    extensions: { code: 'QUERY_TOO_COMPLEX' },
  });
  expect(() => assertVariables({ filter: { and: [{ not: { id: { in: ['1'] } } }] } })).not.toThrow();
  expect(() => assertVariables(undefined)).not.toThrow();
});
