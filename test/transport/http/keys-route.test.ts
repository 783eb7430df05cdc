import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keysRoute } from '../../../src/transport/http/keys-route.ts';

let keys: object[] = [{ kid: 'one' }];
let reads = 0;
let mayEnd: Promise<void> = Promise.resolve();
const route = keysRoute(async () => {
  reads += 1;
  await mayEnd;
  return { keys };
});
const server = createServer((request, response) => void route(request, response));
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (method = 'GET', headers: Record<string, string> = {}) => fetch(url, { method, headers });

test('the keys are for every page and cache, and the tag changes with them', async () => {
  const first = await ask();
  expect(await first.json()).toEqual({ keys: [{ kid: 'one' }] });
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  });
  const etag = first.headers.get('etag') ?? '';
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
    expect((await ask('GET', { 'if-none-match': known })).status).toBe(304);
  keys = [{ kid: 'two' }, ...keys];
  const next = await ask('GET', { 'if-none-match': etag });
  expect([next.status, await next.json()]).toEqual([200, { keys }]);
  expect(next.headers.get('etag')).not.toBe(etag);
});

test('only GET and HEAD are answered, HEAD without the keys', async () => {
  const head = await ask('HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  const before = reads;
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const answer = await ask(method);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  }
  expect(reads).toBe(before);
});

test('requests that come together share one read of the database', async () => {
  const before = reads;
  let end = () => {};
  mayEnd = new Promise((resolve) => {
    end = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    let count = 0;
    server.on('request', () => {
      count += 1;
      if (count === 20) resolve();
    });
  });
  const answers = Array.from({ length: 20 }, () => ask());
  await arrived;
  end();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(reads).toBe(before + 1);
});
