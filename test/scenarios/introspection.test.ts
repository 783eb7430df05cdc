import { afterAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/config.ts';
import { anApp, PLATFORM_ADMIN } from '../support/app.ts';
import { Wire } from '../support/wire.ts';

const SCHEMA = 'query Schema { __schema { queryType { name } } }';
const TYPE =
  'query Named { ...Shown } fragment Shown on Query { ... { shown: __type(name: "Query") { name } } }';
const TYPE_NAME = 'query Plain { __typename }';
const SIGN_IN = 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken } }';

const refusal = (rule: string) => expect.objectContaining({ extensions: expect.objectContaining({ rule }) });

/** Starts a server under INTROSPECTION; its `everyWay` asks over POST, GET and a socket, with or without a token. */
async function aServer(introspection: string) {
  const app = await anApp({ INTROSPECTION: introspection });
  afterAll(() => app.stop());

  async function overHttp(query: string, init: RequestInit, search = ''): Promise<unknown> {
    const answer = await fetch(`${app.url}/graphql${search}`, init);
    const { data, errors } = (await answer.json()) as { data?: unknown; errors?: unknown[] };
    return errors?.[0] ?? data ?? query;
  }

  async function overSocket(query: string, token: string | undefined): Promise<unknown> {
    const wire = await Wire.open(app.url);
    wire.send({
      type: 'connection_init',
      ...(token && { payload: { authorization: `Bearer ${token}` } }),
    });
    await wire.next();
    wire.subscribe('1', query);
    const { type, payload } = await wire.next();
    await wire.close();
    return type === 'error' ? payload[0] : (payload.errors?.[0] ?? payload.data);
  }

  const everyWay = async (query: string, token?: string): Promise<unknown[]> => {
    const authorization = { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const headers = { ...authorization, 'content-type': 'application/json' };
    return [
      await overHttp(query, { method: 'POST', headers, body: JSON.stringify({ query }) }),
      await overHttp(query, { headers: authorization }, `?query=${encodeURIComponent(query)}`),
      await overSocket(query, token),
    ];
  };

  const { email, password } = PLATFORM_ADMIN;
  const answer = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: { email, password } } }),
  });
  const token: string = (await answer.json()).data.signIn.accessToken;
  return { url: app.url, everyWay, token };
}

const [none, signedIn, all] = [await aServer('none'), await aServer('signed-in'), await aServer('all')];

const thrice = (one: unknown) => [one, one, one];
const ruleOf = async (answer: Response): Promise<unknown> => (await answer.json()).errors[0].extensions.rule;

test('INTROSPECTION that is none of its words is refused at the start', () => {
  expect(() => loadConfig({ INTROSPECTION: 'signed' })).toThrow(
    'INTROSPECTION must be all or signed-in or none',
  );
});

describe('INTROSPECTION=none', () => {
  const { url, everyWay, token } = none;

  test('withholds the schema from every client over POST, GET and sockets, in fragments too', async () => {
    for (const query of [SCHEMA, TYPE]) {
      expect(await everyWay(query)).toEqual(thrice(refusal('NO_INTROSPECTION')));
      expect(await everyWay(query, token)).toEqual(thrice(refusal('NO_INTROSPECTION')));
    }
    expect(await everyWay(TYPE_NAME)).toEqual(thrice({ __typename: 'Query' }));
  });

  test('serves no text of the schema, and suggests no names of it', async () => {
    const file = await fetch(`${url}/schema.graphql`);
    expect([file.status, await ruleOf(file)]).toEqual([404, 'SCHEMA_WITHHELD']);
    for (const query of ['{ custmers { totalCount } }', '{ customers(filtre: {}) { totalCount } }']) {
      const errors = await everyWay(query, token);
      expect(JSON.stringify(errors)).not.toMatch(/mean|customers"|filter/);
      expect(errors).toEqual(thrice(refusal('INVALID_DOCUMENT')));
    }
  });
});

describe('INTROSPECTION=signed-in', () => {
  const { url, everyWay, token } = signedIn;

  test('shows the schema to signed-in clients alone, over POST, GET and sockets', async () => {
    expect(await everyWay(SCHEMA)).toEqual(thrice(refusal('INTROSPECTION_SIGNED_IN')));
    expect(await everyWay(TYPE)).toEqual(thrice(refusal('INTROSPECTION_SIGNED_IN')));
    expect(await everyWay(SCHEMA, token)).toEqual(thrice({ __schema: { queryType: { name: 'Query' } } }));
    expect(await everyWay(TYPE, token)).toEqual(thrice({ shown: { name: 'Query' } }));
    expect(await everyWay(TYPE_NAME)).toEqual(thrice({ __typename: 'Query' }));
  });

  test('a token that is refused shows nothing, and is answered as everywhere', async () => {
    const [post, get] = await Promise.all(
      [{ method: 'POST', body: JSON.stringify({ query: SCHEMA }) }, { method: 'GET' }].map((init) =>
        fetch(`${url}/graphql${init.method === 'GET' ? `?query=${encodeURIComponent(SCHEMA)}` : ''}`, {
          ...init,
          headers: {
            authorization: 'Bearer no.such.token',
            'content-type': 'application/json',
            accept: 'application/json',
          },
        }),
      ),
    );
    expect([post?.status, get?.status]).toEqual([401, 401]);
    expect((await fetch(`${url}/schema.graphql`)).status).toBe(404);
  });
});

describe('INTROSPECTION=all', () => {
  const { url, everyWay } = all;

  test('shows the schema to every client', async () => {
    expect(await everyWay(SCHEMA)).toEqual(thrice({ __schema: { queryType: { name: 'Query' } } }));
    expect((await fetch(`${url}/schema.graphql`)).status).toBe(200);
  });
});
