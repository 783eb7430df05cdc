import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { GuardedClient } from '../../src/outbound/guarded-client.ts';
import { resolveByDns } from '../../src/outbound/guarded-lookup.ts';

const LIMITS = { timeoutMs: 20_000, maxRequestBytes: 1_000, maxAnswerBytes: 64 };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function aServer(answer: RequestListener) {
  const heard: { url: string | undefined; headers: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    heard.push({ url: request.url, headers: request.headers });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, heard };
}

const client = (limits = LIMITS, resolve?: () => Promise<string[]>) =>
  new GuardedClient({ limits, reachable: { loopback: true }, ...(resolve && { resolve }) });

const to = (url: string, body = '{}') => ({ url, headers: { 'x-own': 'a' }, body: Buffer.from(body) });

test.each([301, 302, 303, 307, 308])(
  'a redirect with %i is an answer: no second request leaves',
  async (status) => {
    const { port, heard } = await aServer((_request, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(),
    );
    expect(await client().post(to(`http://127.0.0.1:${port}/here`))).toMatchObject({
      kind: 'ANSWERED',
      status,
    });
    expect(heard.map(({ url }) => url)).toEqual(['/here']);
  },
);

test('an endless answer is read to its bound, and counts as an answer', async () => {
  const { port } = await aServer((_request, response) => {
    const more = () => {
      if (!response.destroyed) response.write(Buffer.alloc(64 * 1_024), () => setImmediate(more));
    };
    more();
  });
  const outcome = await client().post(to(`http://127.0.0.1:${port}/`));
  expect(outcome).toMatchObject({ kind: 'ANSWERED', status: 200 });
  expect(outcome.kind === 'ANSWERED' && outcome.body.length).toBe(LIMITS.maxAnswerBytes);
});

test('an answer that never ends and one that never begins are over with the time for everything', async () => {
  const trickling = await aServer((_request, response) => {
    response.write('a');
    const drop = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(drop));
  });
  const silent = await aServer(() => {});
  const soon = client({ ...LIMITS, timeoutMs: 200 });
  for (const { port } of [trickling, silent]) {
    expect(await soon.post(to(`http://127.0.0.1:${port}/`))).toEqual({
      kind: 'FAILED',
      failure: 'TIMED_OUT',
    });
  }
});

test('an answer that changes the protocol ends the request', async () => {
  const { port } = await aServer(({ socket }) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n');
  });
  expect(await client().post(to(`http://127.0.0.1:${port}/`))).toEqual({
    kind: 'FAILED',
    failure: 'NOT_REACHED',
  });
});

test('localhost is this machine, and no name server is asked', async () => {
  for (const name of ['localhost', 'a.localhost', 'localhost.'])
    expect(await resolveByDns(name)).toEqual(['127.0.0.1', '::1']);
});

test('a name is resolved once, and the connection goes to what was checked', async () => {
  const { port, heard } = await aServer((_request, response) => response.end());
  let asked = 0;
  const changing = async () => {
    asked += 1;
    return [asked === 1 ? '127.0.0.1' : '10.0.0.1'];
  };
  const rebinding = client(LIMITS, changing);
  expect(await rebinding.post(to(`http://rebinding.test:${port}/`))).toMatchObject({
    kind: 'ANSWERED',
    status: 200,
  });
  expect(asked).toBe(1);
  expect(heard[0]?.headers).toMatchObject({ host: `rebinding.test:${port}`, 'x-own': 'a' });
  expect(await rebinding.post(to(`http://rebinding.test:${port}/`))).toEqual({
    kind: 'FAILED',
    failure: 'ADDRESS_NOT_ALLOWED',
  });
});

test('open, closed and foreign ports of a forbidden address look alike, and no proxy of the environment is used', async () => {
  const proxy = await aServer((_request, response) => response.end());
  const { port, heard } = await aServer((_request, response) => response.end());
  const strict = new GuardedClient({ limits: LIMITS, reachable: { loopback: false } });
  process.env.HTTP_PROXY = process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
  try {
    for (const at of [port, 1]) {
      expect(await strict.post(to(`https://127.0.0.1:${at}/`))).toEqual({
        kind: 'FAILED',
        failure: 'ADDRESS_NOT_ALLOWED',
      });
    }
    await client().post(to(`http://127.0.0.1:${port}/`));
    expect(heard).toHaveLength(1);
    expect(proxy.heard).toEqual([]);
  } finally {
    delete process.env.HTTP_PROXY;
    delete process.env.HTTPS_PROXY;
  }
});

test('a request beyond the bound is not sent', async () => {
  const { port, heard } = await aServer((_request, response) => response.end());
  const sent = await client().post(to(`http://127.0.0.1:${port}/`, 'a'.repeat(1_001)));
  expect(sent).toEqual({ kind: 'FAILED', failure: 'TOO_LARGE' });
  expect(heard).toEqual([]);
});
