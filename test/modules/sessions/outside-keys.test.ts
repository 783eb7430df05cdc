import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { OutsideKeys } from '../../../src/modules/sessions/outside-keys.ts';

let server: Server;
let fetches = 0;
let answer: () => string | null;
let now = 0;
let keys: OutsideKeys;

beforeEach(async () => {
  fetches = 0;
  now = Date.parse('2026-05-02T12:00:00.000Z');
  server = createServer((_request, response) => {
    fetches += 1;
    const body = answer();
    response.writeHead(body === null ? 500 : 200).end(body ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  keys = new OutsideKeys(`http://127.0.0.1:${port}/`, { now: () => new Date(now) });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function aKey(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
}

function publish(...published: JWK[]): void {
  answer = () => JSON.stringify({ keys: published });
}

/** Whether the key is found, or the code of the refusal with the seconds to wait. */
async function find(kid: string): Promise<unknown> {
  try {
    await keys.keyOf({ alg: 'ES256', kid }, { payload: '', signature: '' });
    return 'found';
  } catch (error) {
    const { code, retryAfter } = error as { code: string; retryAfter?: number };
    return retryAfter === undefined ? code : `${code} ${retryAfter}`;
  }
}

test('a second rotation within 30 seconds answers TRY_AGAIN, and then the key is found', async () => {
  const [one, two, three] = [await aKey('one'), await aKey('two'), await aKey('three')];
  publish(one);
  expect(await find('one')).toBe('found');
  now += 30_000;
  publish(two);
  expect(await find('two')).toBe('found');
  publish(three);
  now += 10_000;
  expect(await find('three')).toBe('TRY_AGAIN 20');
  now += 20_000;
  expect(await find('three')).toBe('found');
  expect(fetches).toBe(3);
});

test('a key that no set has is unknown, once the set was fetched for it', async () => {
  publish(await aKey('one'));
  expect(await find('forged')).toBe('ERR_JWKS_NO_MATCHING_KEY');
});

test('after failures the fetches pause, longer each time, and many tokens share one', async () => {
  answer = () => null;
  const together = await Promise.all(['one', 'one', 'one'].map(find));
  expect([together, fetches]).toEqual([Array(3).fill('TRY_AGAIN 1'), 1]);
  expect([await find('one'), fetches]).toEqual(['TRY_AGAIN 1', 1]);
  now += 1_000;
  expect([await find('one'), fetches]).toEqual(['TRY_AGAIN 2', 2]);
  now += 2_000;
  publish(await aKey('one'));
  expect([await find('one'), fetches]).toEqual(['found', 3]);
});

test('a set larger than 256 KiB is not read to its end, and not used', async () => {
  const key = await aKey('one');
  publish({ ...key, x5c: ['x'.repeat(300 * 1_024)] });
  expect(await find('one')).toBe('TRY_AGAIN 1');
});
