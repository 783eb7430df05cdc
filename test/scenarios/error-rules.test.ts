import { expect, test } from '@jest/globals';
import { declaredSentences, messageOf, type Params } from '../../src/core/requests/fault.ts';
import { EventSource } from '../support/event-source.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const { installation, ada, ben } = await aStage({ acme: { ada: 'TENANT_ADMIN', ben: 'CSR' } });
const { url } = installation.app;

interface PresentedError {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly rule: string; readonly params: Params };
}

/** Operations that are refused at different places on their way, with the code, the rule and the params. */
const REFUSED: Readonly<Record<string, [query: string, ...found: unknown[]]>> = {
  'while it is parsed': ['{ viewer {', 'GRAPHQL_PARSE_FAILED', 'NO_GRAPHQL', {}],
  'when it is validated': ['{ viewer { salary } }', 'GRAPHQL_VALIDATION_FAILED', 'INVALID_DOCUMENT', {}],
  'beyond a limit of its document': [
    `{ viewer { ${Array.from({ length: 31 }, (_, index) => `a${index}: id`).join(' ')} } }`,
    'QUERY_TOO_COMPLEX',
    'TOO_MANY_ALIASES',
    { count: 31, max: 30 },
  ],
  'for its variables': [
    'query ($id: ID!) { tenant(id: $id) { id } }',
    'BAD_USER_INPUT',
    'INVALID_REQUEST',
    {},
  ],
  'for an argument': [
    '{ customers(first: 101) { nodes { id } } }',
    'BAD_USER_INPUT',
    'PAGE_SIZE',
    { argument: 'first', max: 100 },
  ],
  'for a field': [
    '{ attributes { nodes { id } } }',
    'FORBIDDEN',
    'FIELD_CLOSED',
    { name: 'Query.attributes' },
  ],
  'for a row': [
    `{ customers(tenantId: "${crypto.randomUUID()}") { nodes { id } } }`,
    'NOT_FOUND',
    'NO_SUCH_ROW',
    { type: 'Tenant' },
  ],
  'for a cursor': [
    'subscription { customerCreated(after: "x") { __typename } }',
    'CURSOR_INVALID',
    'CURSOR_OF_ANOTHER',
    {},
  ],
};

/** The answers over HTTP, as an event stream, and over a WebSocket. */
async function answers(query: string): Promise<PresentedError[][]> {
  const isStream = query.startsWith('subscription');
  const source = await EventSource.open(url, ben.token, { query });
  const wire = await Wire.signedIn(url, String(ben.token));
  wire.subscribe('1', query);
  const { payload } = await wire.next();
  const found = [(await source.next()).result?.errors, payload.errors ?? payload];
  await wire.close();
  return (isStream ? found : [(await ben.run(query)).errors, ...found]) as PresentedError[][];
}

test.each(Object.entries(REFUSED))(
  'an operation that is refused %s has the code, the rule and the params of its sentence, over every transport',
  async (_where, [query, code, rule, params]) => {
    for (const errors of await answers(query)) {
      const [{ message, extensions } = { message: '', extensions: {} }] = errors;
      expect(extensions).toMatchObject({ code, rule, params });
      const { sentence = '' } = declaredSentences().find((one) => one.rule === rule) ?? {};
      if (!sentence.includes('{explanation}'))
        expect(message).toBe(messageOf({ sentence, params: params as Params }));
    }
  },
);

test.each([
  ['without a token', {}, '{"query":"{ customers { nodes { id } } }"}', 'UNAUTHENTICATED', 'NO_TOKEN', {}],
  [
    'with a token that is none',
    { authorization: 'Bearer x' },
    '{"query":"{ viewer { id } }"}',
    'UNAUTHENTICATED',
    'NO_TOKEN',
    {},
  ],
  ['whose body is no JSON', {}, '{', 'BAD_USER_INPUT', 'BAD_BODY', {}],
  ['of another content type', { 'content-type': 'text/plain' }, '{}', 'BAD_USER_INPUT', 'NOT_JSON', {}],
  ['without a document', {}, '{}', 'BAD_USER_INPUT', 'INVALID_REQUEST', {}],
])(
  'a request %s is refused with a code, a rule and params',
  async (_how, headers, body, code, rule, params) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const { errors } = (await response.json()) as { errors: PresentedError[] };
    expect(errors).toMatchObject([{ extensions: { code, rule, params } }]);
  },
);

test('the params of a throttled sign-in have the seconds to wait', async () => {
  const signIn =
    'mutation { signIn(input: { email: "no@one.example", password: "wrong" }) { userErrors { rule } } }';
  const rules: unknown[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const { data, errors } = await ada.run(signIn);
    rules.push(data?.signIn?.userErrors[0]?.rule ?? errors?.[0]?.extensions);
  }
  expect(rules).toEqual([
    ...Array(5).fill('WRONG_SIGN_IN'),
    expect.objectContaining({ rule: 'TOO_MANY_ATTEMPTS', retryAfter: 1, params: { retryAfter: 1 } }),
  ]);
});
