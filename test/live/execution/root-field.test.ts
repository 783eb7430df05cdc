import { expect, test } from '@jest/globals';
import { buildSchema, type GraphQLError, type GraphQLField, parse, subscribe } from 'graphql';
import type { FollowSpec } from '../../../src/graph/events/follow.ts';
import { rootField } from '../../../src/live/execution/root-field.ts';
import { ResultStream } from '../../../src/live/streams/result-stream.ts';

const schema = buildSchema(`
  type Query { count: Int }
  type Subscription { changed(first: Int = 10, id: ID!, after: String): Int  other: Int }
`);
const fields = schema.getSubscriptionType()?.getFields() ?? {};
const changed = fields.changed as GraphQLField<unknown, unknown>;
const spec = {} as FollowSpec;
changed.extensions = { follow: spec };

/** The arguments, or the errors, with which graphql-js itself subscribes to an operation. */
async function asGraphqlDoes(text: string, variableValues: Record<string, unknown>) {
  let given: object | null = null;
  changed.subscribe = (_root: unknown, args: object) => {
    given = args;
    return new ResultStream(() => {});
  };
  const result = await subscribe({ schema, document: parse(text), variableValues });
  return given ?? ('errors' in result ? worded(result.errors) : null);
}

/** The words and places of errors. */
function worded(errors: readonly GraphQLError[] = []) {
  return errors.map(({ message, locations }) => ({ message, locations }));
}

test.each([
  ['a default', 'subscription { changed(id: 1) }', {}],
  ['a variable', 'subscription ($id: ID!) { changed(id: $id, first: 3) }', { id: 7 }],
  ['a default of a variable', 'subscription ($id: ID! = "x") { changed(id: $id) }', {}],
  ['an alias in a fragment', 'subscription { ...F } fragment F on Subscription { mine: changed(id: 1) }', {}],
  [
    'a field that is included',
    'subscription ($yes: Boolean!) { changed(id: 1) @include(if: $yes) }',
    { yes: true },
  ],
  ['a missing variable', 'subscription ($id: ID!) { changed(id: $id) }', {}],
  [
    'a variable of another type',
    'subscription ($first: Int) { changed(id: 1, first: $first) }',
    { first: 'x' },
  ],
  ['a missing argument', 'subscription { changed }', {}],
  ['several operations without a name', 'subscription A { other } subscription B { other }', {}],
])('%s is read as graphql-js reads it', async (_what, text, variableValues) => {
  const field = rootField({ schema, document: parse(text), variableValues });
  const read = field.kind === 'follow' ? field.args : field.kind === 'errors' ? worded(field.errors) : null;
  expect(JSON.stringify(read)).toBe(JSON.stringify(await asGraphqlDoes(text, variableValues)));
  expect(JSON.stringify(read)).toMatch(/"id":|"message":/);
});

test.each([
  ['that is skipped', 'subscription { changed(id: 1) @skip(if: true) }'],
  ['without a spec', 'subscription { other }'],
])('a field %s is refused', (_what, text) => {
  expect(rootField({ schema, document: parse(text) })).toMatchObject({
    kind: 'errors',
    errors: [{ message: 'The operation selects no field that can be followed.' }],
  });
});

test.each([
  ['only there', 'subscription ($from: String) { changed(id: 1, after: $from) }', 'from'],
  ['elsewhere, too', 'subscription ($from: String!) { changed(id: $from, after: $from) }', null],
  ['nowhere', 'subscription { changed(id: 1, after: "cursor") }', null],
])('the variable that gives the start position is known if it is used %s', (_where, text, startVariable) => {
  const field = rootField({ schema, document: parse(text), variableValues: { from: 'cursor' } });
  expect(field).toMatchObject({ kind: 'follow', spec, startVariable });
});
