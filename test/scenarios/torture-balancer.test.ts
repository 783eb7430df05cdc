import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Balancer } from '../../bench/torture/balancer.ts';

const READY = { status: 200, database: 'up' };
const DATABASE_AWAY = { status: 503, database: 'down' };
const DRAINING = { status: 503, database: 'up' };

// A slow answer counts as an answer here.
beforeEach(() => {
  jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Lets the balancer of the torture watch a node until the node has given all these answers. */
async function watched(answers: readonly (typeof READY)[]): Promise<Pick<Balancer, 'announced' | 'misled'>> {
  const left = [...answers];
  const node = createServer((_request, response) => {
    const { status, database } = left.shift() ?? READY;
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify({ parts: { database } }));
  });
  await once(node.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  const balancer = new Balancer([{ url, life: { signal: null }, isUp: true, up: async () => {} } as never]);
  await balancer.watch(() => left.length === 0);
  await once(node.close(), 'close');
  return { announced: balancer.announced, misled: balancer.misled };
}

test('the balancer of the torture counts a node that is ready again after it announced its stop', async () => {
  expect(await watched([READY, DRAINING, DRAINING, READY, READY])).toEqual({ announced: 1, misled: 2 });
});

test('the balancer does not count a node without a database as one that announced its stop', async () => {
  expect(await watched([READY, DATABASE_AWAY, READY])).toEqual({ announced: 0, misled: 0 });
  expect(await watched([DRAINING, DATABASE_AWAY, DRAINING])).toEqual({ announced: 1, misled: 0 });
});
