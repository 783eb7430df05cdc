import { expect, test } from '@jest/globals';
import {
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  Lexer,
  parse,
  Source,
  TokenKind,
  validate,
} from 'graphql';
import { SETTINGS } from '../../src/config/settings.ts';
import { schema } from '../../src/schema.ts';

// A client that keeps a complete cache current selects every scalar of every entity in one document.

const OF_EVERY_NODE = Object.keys((schema.getType('Node') as GraphQLObjectType).getFields());
const ENTITIES = 60;

/** The entities that events show. */
const shown = schema
  .getPossibleTypes(schema.getType('Node') as never)
  .filter(({ name }) => schema.getType(`${name}Change`));

function fragmentOf(type: GraphQLObjectType): string {
  const scalars = Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && field.args.length === 0)
    .map(({ name }) => name)
    .filter((name) => name === 'id' || !OF_EVERY_NODE.includes(name));
  const noun = `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}`;
  return `... on ${type.name}Event { ${noun} { ${scalars.join(' ')} } }`;
}

function documentOf(types: readonly GraphQLObjectType[]): string {
  return `subscription ($after: Cursor) { changes(after: $after) {
    __typename
    ... on EntityEvent { cursor changedFields entityId entity { __typename ${OF_EVERY_NODE.join(' ')} } }
    ${types.map(fragmentOf).join('\n')}
    ... on FeedPosition { cursor }
    ... on FeedReset { cursor reason }
  } }`;
}

function tokensOf(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

test('the fields of every entity can be selected once for all of its events', () => {
  expect(shown.length).toBeGreaterThan(10);
  expect(validate(schema, parse(documentOf(shown)))).toEqual([]);
  const events = schema
    .getPossibleTypes(schema.getType('ChangeEvent') as never)
    .filter((type) => shown.some(({ name }) => type.name.startsWith(name)))
    .filter((type) => !type.getInterfaces().some(({ name }) => name === 'EntityEvent'));
  expect(events.map(({ name }) => name)).toEqual([
    'ConsentStatsChanged',
    'CustomerStatsChanged',
    'UserIdentitiesChanged',
  ]);
});

test('the document of a client that subscribes to every change of a tenant is within the default limits at sixty entities', () => {
  const empty = tokensOf(documentOf([]));
  const average = (tokensOf(documentOf(shown)) - empty) / shown.length;
  const { maxTokens, maxDocumentBytes } = SETTINGS;
  expect(empty + ENTITIES * average).toBeLessThan(maxTokens.fallback as number);
  expect((documentOf(shown).length / shown.length) * ENTITIES).toBeLessThan(
    maxDocumentBytes.fallback as number,
  );
});
