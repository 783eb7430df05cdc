import { gql, InMemoryCache } from '@apollo/client';
import { expect, test } from '@jest/globals';
import { isAbstractType } from 'graphql';
import possibleTypes from '../../possible-types.json' with { type: 'json' };
import { schema } from '../../src/schema.ts';

const PLAN = gql`query { node(id: "1") { ... on Node { id } } }`;
const DATA = { node: { __typename: 'Plan', id: '1' } };

/** The row that a cache remembers when a query has selected it through an interface. */
function remembered(cache: InMemoryCache): unknown {
  cache.writeQuery({ query: PLAN, data: DATA });
  return cache.readQuery({ query: PLAN });
}

test('possible-types.json names the types of every interface and union', () => {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  const types = abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(String).toSorted()]);
  expect(possibleTypes).toEqual(Object.fromEntries(types));
});

test('a cache of Apollo that is given it remembers what a fragment on an interface selects', () => {
  const strict = new InMemoryCache({ possibleTypes: { Node: [] } });
  expect(remembered(strict)).not.toEqual(DATA);
  expect(remembered(new InMemoryCache({ possibleTypes }))).toEqual(DATA);
});
