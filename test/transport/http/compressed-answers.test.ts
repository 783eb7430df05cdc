import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { aStage } from '../../support/stage.ts';

const { installation } = await aStage({ acme: {} });
const { url } = installation.app;

const LARGE = '{ __schema { types { name description fields { name description } } } }';
const SMALL = '{ __typename }';

/** Asks as a client that accepts the encodings, and returns the answer as it came over the wire. */
async function ask(query: string, accepted: string | undefined, accept = 'application/json') {
  const headers = { accept, ...(accepted !== undefined && { 'accept-encoding': accepted }) };
  const request = get(`${url}/graphql?query=${encodeURIComponent(query)}`, { headers });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await answer.toArray());
  return { headers: answer.headers, body };
}

const plain = await ask(LARGE, undefined);

test.each([
  ['gzip, deflate, br', 'gzip', gunzipSync],
  ['br', 'br', brotliDecompressSync],
  ['gzip;q=0.5, br;q=0.9', 'br', brotliDecompressSync],
  ['br;q=0, *', 'gzip', gunzipSync],
])(
  'a large answer to a client that accepts "%s" is sent as %s and says so',
  async (accepted, encoding, decode) => {
    const { headers, body } = await ask(LARGE, accepted);
    expect(headers).toMatchObject({
      'content-encoding': encoding,
      'content-length': String(body.byteLength),
      vary: 'Accept-Encoding',
    });
    expect(body.byteLength).toBeLessThan(plain.body.byteLength / 4);
    expect(decode(body).equals(plain.body)).toBe(true);
  },
);

test.each([undefined, '', 'identity', 'deflate', 'gzip;q=0'])(
  'a large answer to a client that accepts "%s" is sent as it is',
  async (accepted) => {
    const { headers, body } = await ask(LARGE, accepted);
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(body.byteLength));
    expect(body.equals(plain.body)).toBe(true);
  },
);

test('small answers and event streams are never compressed', async () => {
  for (const [query, accept] of [
    [SMALL, 'application/json'],
    [LARGE, 'text/event-stream'],
  ] as const) {
    const { headers } = await ask(query, 'gzip, br', accept);
    expect(headers['content-encoding']).toBeUndefined();
  }
});

test('the text of the schema is compressed, and not sent to a client that has it', async () => {
  const get = (headers: Record<string, string>) => fetch(`${url}/schema.graphql`, { headers });
  const sent = await get({ 'accept-encoding': 'br' });
  const etag = sent.headers.get('etag') ?? '';
  expect(Object.fromEntries(sent.headers)).toMatchObject({
    'content-encoding': 'br',
    vary: 'Accept-Encoding',
    'cache-control': 'no-cache',
  });
  const text = await (await get({ 'accept-encoding': 'identity' })).text();
  expect(text).toMatch(/^type Query/m);
  expect(Number(sent.headers.get('content-length'))).toBeLessThan(text.length / 4);
  const known = await get({ 'if-none-match': etag });
  expect([known.status, await known.text()]).toEqual([304, '']);
  expect((await fetch(`${url}/schema.graphql`, { method: 'POST' })).status).toBe(405);
});
