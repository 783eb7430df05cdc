import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getOperationAST, isObjectType, parse, validate } from 'graphql';
import { EXAMPLES } from '../../../console/src/graphiql/examples.ts';
import { resumable } from '../../../console/src/graphiql/resumable.ts';
import { schema } from '../../../src/schema.ts';
import { anApp, type TestApp } from '../../support/app.ts';
import { buildPages } from '../../support/built-console.ts';

const PAGE = { accept: 'text/html', 'accept-encoding': 'br' };

/** Prepares the one subscription of a document, as GraphiQL sends it. */
function prepared(text: string, variables = {}) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The document has another number of operations.');
  return resumable(document, operation, variables, schema);
}

test('GRAPHIQL=0 answers browsers with 404 and one sentence, and serves clients as before', async () => {
  const app = await anApp({ GRAPHIQL: '0' });
  const page = await fetch(`${app.url}/graphql`, { headers: PAGE });
  const { errors } = await page.json();
  expect([page.status, errors[0].extensions.rule]).toEqual([404, 'GRAPHIQL_OFF']);
  const other = await fetch(`${app.url}/graphiql.html`, { headers: PAGE });
  expect(await other.text()).not.toMatch(/id="graphiql"/);
  const asked = await fetch(`${app.url}/graphql?query={__schema{queryType{name}}}`, {
    headers: { accept: 'application/json' },
  });
  expect((await asked.json()).data.__schema.queryType.name).toBe('Query');
  const accounts = await fetch(`${app.url}/demo-accounts.json`);
  expect(await accounts.json()).toBeNull();
  await app.stop();
});

describe('the page', () => {
  let app: TestApp;
  beforeAll(async () => {
    await buildPages();
    app = await anApp();
  }, 240_000);
  afterAll(() => app?.stop());

  test('is sent compressed, once, under a policy of its own; its parts are immutable', async () => {
    const page = await fetch(`${app.url}/graphql`, { headers: PAGE });
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    expect(html).not.toMatch(/https?:\/\//);
    const known = { ...PAGE, 'if-none-match': page.headers.get('etag') ?? '' };
    expect((await fetch(`${app.url}/graphql`, { headers: known })).status).toBe(304);
    const [, script] = /src="(\/assets\/graphiql[^"]+)"/.exec(html) ?? [];
    const part = await fetch(`${app.url}${script}`, { headers: PAGE });
    expect(part.headers.get('content-encoding')).toBe('br');
    expect(part.headers.get('cache-control')).toContain('immutable');
  });
});

test.each(EXAMPLES)('an example is valid: $query', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});

test('every subscription of the schema is sent in a form that is valid and, where its field can, resumes', () => {
  const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
  const needsNothing = fields.filter(({ args }) => args.every(({ type }) => !String(type).endsWith('!')));
  expect(needsNothing.length).toBeGreaterThan(50);
  for (const { name, args, type } of needsNothing) {
    const named = 'ofType' in type ? type.ofType : type;
    const scalar = isObjectType(named)
      ? Object.values(named.getFields()).find((one) => /^(Cursor|ID|Int|Boolean)!?$/.test(String(one.type)))
      : undefined;
    const { query, hasPositions } = prepared(`subscription { ${name} { ${scalar?.name ?? '__typename'} } }`);
    expect(validate(schema, parse(query))).toEqual([]);
    expect(query.includes('after: $after')).toBe(args.some((one) => one.name === 'after'));
    expect(hasPositions).toBe(String(type).endsWith('Change!'));
  }
});

test('a cursor of the document or of its variables is where the stream begins; what cannot be changed safely is left', () => {
  const body = '{ __typename }';
  const begins = (text: string, variables = {}) => prepared(text, variables).variables;
  expect(begins(`subscription { customerChanged(after: "c") ${body} }`)).toEqual({ after: 'c' });
  expect(
    begins(`subscription ($from: Cursor) { customerChanged(after: $from) ${body} }`, { from: 'c' }),
  ).toEqual({
    after: 'c',
  });
  expect(
    begins(`subscription ($after: Cursor) { customerChanged(after: $after) ${body} }`, { after: null }),
  ).toEqual({});
  const other = `subscription ($after: ID) { customerChanged(id: $after) ${body} }`;
  expect(prepared(other, { after: 'x' })).toMatchObject({ variables: { after: 'x' } });
  expect(validate(schema, parse(prepared(other).query))).toEqual([]);
  const shown = prepared('subscription { customerChanged { ... on FeedPosition { cursor } } }');
  expect(shown.asAsked({ customerChanged: { __typename: 'FeedPosition', cursor: 'c' } })).toEqual({
    customerChanged: { cursor: 'c' },
  });
});
