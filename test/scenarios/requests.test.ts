import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { aStage } from '../support/stage.ts';

const MAX_BODY_BYTES = 4_096;

const { installation, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { MAX_BODY_BYTES: String(MAX_BODY_BYTES) },
);
const { url } = installation.app;

const COMPANIES = 'query { customers(first: 100) { nodes { company } } }';
const CREATED = 'subscription { customerCreated { cursor } }';
const CREATE = (company: string) =>
  `mutation { customerCreate(input: { company: "${company}", contactName: "O", email: "o@x.test" }) { userErrors { message } } }`;

const json = { 'content-type': 'application/json' };
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) => ({
  method: 'POST',
  body,
  headers,
});
const form = new URLSearchParams({ query: CREATE('Sent by a form') }).toString();
const search = (query: string) => new URLSearchParams({ query }).toString();
const refusals: Record<string, [status: number, init: RequestInit, search?: string]> = {
  'a form': [415, post(form, { 'content-type': 'application/x-www-form-urlencoded' })],
  'a form with files': [415, post('--x--', { 'content-type': 'multipart/form-data; boundary=x' })],
  'plain text': [415, post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' })],
  'a batch': [400, post('[{"query":"{ __typename }"},{"query":"{ __typename }"}]')],
  'no JSON': [400, post('{"query":')],
  'no object': [400, post('"{ __typename }"')],
  'no query': [400, post('{"variables":{}}', { ...json, accept: 'application/graphql-response+json' })],
  'a query that is no text': [400, post('{"query":{}}')],
  'variables that are a list': [400, post('{"query":"{ __typename }","variables":[1]}')],
  'a body that is no UTF-8': [400, post(new Uint8Array([0x22, 0xff, 0x22]))],
  'a body that ends within a character': [
    400,
    post(new Uint8Array([...Buffer.from('{"query":"{ __typename }"}'), 0xc3])),
  ],
  'a body larger than the limit': [413, post('x'.repeat(MAX_BODY_BYTES + 1))],
  'a body a thousand times larger': [413, post('x'.repeat(1_000 * MAX_BODY_BYTES))],
  'a mutation by GET': [405, {}, search(CREATE('By GET'))],
  'a subscription by GET': [405, {}, search(CREATED)],
  'a subscription by GET as an event stream': [
    405,
    { headers: { accept: 'text/event-stream' } },
    search(CREATED),
  ],
  'another method': [405, { method: 'PUT', body: '{}', headers: json }],
  'an invalid token': [401, post('{"query":"{ viewer { id } }"}', { ...json, authorization: 'Bearer x' })],
};

test.each(Object.entries(refusals))('%s is refused', async (_what, [status, init, query]) => {
  // Each request has a connection of its own: the server closes one whose body it does not read to the end.
  const headers = {
    connection: 'close',
    authorization: `Bearer ${ada.token}`,
    ...(init.headers as Record<string, string>),
  };
  const response = await fetch(`${url}/graphql${query ? `?${query}` : ''}`, { ...init, headers });
  const json = (await response.text()).replace(
    /^:\n\nevent: next\ndata: (.*)\n\nevent: complete\ndata:\n\n$/,
    '$1',
  );
  expect({ status: response.status, answer: JSON.parse(json) }).toEqual({
    status,
    answer: {
      errors: [
        {
          message: expect.any(String),
          extensions: {
            code: expect.stringMatching(/^(BAD_USER_INPUT|UNAUTHENTICATED)$/),
            rule: expect.any(String),
            params: expect.any(Object),
            requestId: expect.any(String),
          },
        },
      ],
    },
  });
  expect((await ada.ask(COMPANIES)).customers.nodes).not.toContainEqual({ company: 'Sent by a form' });
});

test.each([
  ['application/graphql-response+json', [400, 400, 200, 200]],
  ['application/json', [200, 200, 200, 200]],
])('the status says for %s whether the document was executed', async (accept, statuses) => {
  const documents = [
    'query { viewer {',
    'query { viewer { salary } }',
    'query { viewer { id } }',
    CREATE(''),
  ];
  const responses = await Promise.all(
    documents.map((query) =>
      fetch(`${url}/graphql`, {
        ...post(JSON.stringify({ query })),
        headers: { ...json, accept, authorization: `Bearer ${ada.token}`, 'x-request-id': 'mine-1' },
      }),
    ),
  );
  expect(responses.map(({ status }) => status)).toEqual(statuses);
  expect(responses.map(({ headers }) => headers.get('content-type')?.split(';')[0])).toEqual(
    documents.map(() => accept),
  );
  expect(await Promise.all(responses.map((response) => response.json()))).toMatchObject([
    { errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED', requestId: 'mine-1' } }] },
    { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: 'mine-1' } }] },
    { data: { viewer: { id: ada.userId } } },
    { data: { customerCreate: { userErrors: [{ message: expect.any(String) }] } } },
  ]);
});

test('a client that never completes its headers is refused with 408, and others are answered', async () => {
  const { hostname, port } = new URL(url);
  const slow = connect(Number(port), hostname);
  slow.write('POST /graphql HTTP/1.1\r\nhost: lockstep.test\r\nx-slow: ');
  const [answer] = (await once(slow, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
  await ada.ask(COMPANIES);
});
