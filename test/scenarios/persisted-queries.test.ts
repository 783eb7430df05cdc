import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { expect, test } from '@jest/globals';
import { aStage } from '../support/stage.ts';

const { installation, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const endpoint = `${installation.app.url}/graphql`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const NOT_FOUND = {
  errors: [
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND' }) }),
  ],
};

/** Sends a hash, with its text or without, as the user or as a stranger. */
async function send(sha256Hash: unknown, query?: string, token: string | null = ada.token) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
  });
  return { status: answer.status, body: await answer.json() };
}

async function isKnown(query: string): Promise<boolean> {
  return !(await send(sha256(query))).body.errors;
}

test('a hash that is no hash, or that is not the hash of its text, is refused and not kept', async () => {
  const query = '{ viewer { id } }';
  for (const hash of ['abc', 7, null, sha256(query).toUpperCase()]) {
    expect(await send(hash, query)).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { rule: 'NO_PERSISTED_QUERY' } }] },
    });
  }
  const other = sha256('{ viewer { role } }');
  expect(await send(other, query)).toMatchObject({
    status: 400,
    body: { errors: [{ extensions: { rule: 'WRONG_HASH' } }] },
  });
  expect(await send(other)).toEqual({ status: 200, body: NOT_FOUND });
});

test('documents of strangers, and documents that do not parse, do not fit or cost too much, are not kept', async () => {
  const refused = [
    '{ viewer {',
    '{ viewer { salary } }',
    `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: viewer { id }`).join(' ')} }`,
    '{ customers(first: 100) { nodes { properties(first: 100) { nodes { units(first: 100) { nodes { id } } } } } } }',
  ];
  for (const query of refused) {
    expect((await send(sha256(query), query)).body.errors).toBeDefined();
    expect(await send(sha256(query))).toEqual({ status: 200, body: NOT_FOUND });
  }
  const query = 'query OfStranger { __typename }';
  expect((await send(sha256(query), query, null)).body).toEqual({ data: { __typename: 'Query' } });
  expect(await isKnown(query)).toBe(false);
});

test('a hash is known once its text was executed; the texts are bounded in bytes', async () => {
  const padded = (index: number) => `{ viewer { id } } #${String(index).padEnd(30_000, '.')}`;
  const first = padded(0);
  expect(await send(sha256(first), first)).toMatchObject({ status: 200, body: { data: { viewer: {} } } });
  expect(await isKnown(first)).toBe(true);
  for (let index = 1; index <= 75; index += 1) await send(sha256(padded(index)), padded(index));
  expect(await isKnown(padded(75))).toBe(true);
  expect(await isKnown(first)).toBe(false);
});

test("Apollo's link sends the hash alone from the second time on, by GET too", async () => {
  const sent: string[] = [];
  const recording: typeof fetch = (input, init) => {
    sent.push(String(init?.body ?? decodeURIComponent(String(input))));
    return fetch(input, init);
  };
  for (const useGETForHashedQueries of [false, true]) {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(
        new HttpLink({ uri: endpoint, fetch: recording, headers: { authorization: `Bearer ${ada.token}` } }),
      ),
    });
    const query = gql`query Persisted${useGETForHashedQueries ? 'ByGet' : ''} { viewer { id } }`;
    sent.length = 0;
    for (const fetchPolicy of ['network-only', 'network-only'] as const) {
      expect((await client.query({ query, fetchPolicy })).data).toMatchObject({ viewer: { id: ada.userId } });
    }
    expect(sent.map((text) => text.includes('query Persisted'))).toEqual([false, true, false]);
  }
});
