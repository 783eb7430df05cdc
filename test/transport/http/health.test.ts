import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { type HealthChecks, sendLive, sendReady } from '../../../src/transport/http/health.ts';

const WELL: HealthChecks = {
  isDraining: () => false,
  database: async () => 'up',
  redis: () => 'unused',
  delivery: () => 'up',
};

async function ask(send: (response: ServerResponse) => void): Promise<{ status: number; body: unknown }> {
  const server = createServer((_request, response) => send(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`);
  const answer = { status: response.status, body: await response.json() };
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return answer;
}

const ready = (changed: Partial<HealthChecks>) =>
  ask((response) => sendReady(response, { ...WELL, ...changed }));

test('a server without its database is not ready, however the database fails', async () => {
  const unready = { status: 503, body: { status: 'unready', parts: { database: 'down' } } };
  expect(await ready({ database: async () => 'down' })).toMatchObject(unready);
  expect(await ready({ database: () => Promise.reject(new Error('terminated')) })).toMatchObject(unready);
  expect(await ready({ database: () => new Promise(() => {}) })).toMatchObject(unready);
});

test('a server that is about to stop is live and not ready', async () => {
  expect(await ready({ isDraining: () => true })).toMatchObject({ status: 503, body: { status: 'unready' } });
  expect(await ask(sendLive)).toEqual({ status: 200, body: { status: 'live' } });
});

test('a server without Redis is degraded and ready', async () => {
  expect(await ready({ redis: () => 'down' })).toEqual({
    status: 200,
    body: { status: 'degraded', parts: { database: 'up', redis: 'down', delivery: 'up' } },
  });
});

test('a server that is configured without Redis is ready', async () => {
  expect(await ready({})).toMatchObject({
    status: 200,
    body: { status: 'ready', parts: { redis: 'unused' } },
  });
});

test('a server whose database is read-only is not ready, and says why', async () => {
  expect(await ready({ database: async () => 'read-only' })).toMatchObject({
    status: 503,
    body: { status: 'unready', parts: { database: 'read-only' } },
  });
});
