import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestUser } from '../support/installation.ts';
import { describeOnPostgres, describeOnRedis, describeWithOwnRedis } from '../support/real-servers.ts';
import { type RedisServer, startRedis } from '../support/servers/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/servers/tcp-proxy.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

// The limit is ten times as many, in the window of ten seconds.
const BOUNDS = { REQUESTS_PER_SECOND: '2' };
const LIMIT = 20;
const ASKED = 30;

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
const CREATE = (company: string) =>
  `mutation { customerCreate(input: { company: "${company}", contactName: "O", email: "o@x.test" }) { userErrors { message } } }`;
const VIEWER = '{ viewer { id } }';

const REFUSED = {
  message: expect.stringMatching(
    /^At most 20 queries, mutations and event streams are begun in 10 seconds \(REQUESTS_PER_SECOND\): wait \d+ s\.$/,
  ),
  extensions: {
    code: 'RATE_LIMITED',
    rule: expect.any(String),
    params: expect.any(Object),
    requestId: expect.any(String),
    retryAfter: expect.any(Number),
  },
};

const { installation, acme } = await aStage({ acme: {} }, BOUNDS);
const { url } = installation.app;

const anAdmin = () => installation.aUser('TENANT_ADMIN', { tenantId: acme.id });

function ask(token: string | null, query = VIEWER, at = url, accept = '*/*'): Promise<Response> {
  return fetch(`${at}/graphql`, {
    method: 'POST',
    headers: {
      accept,
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
}

/** Sends more concurrent requests than the limit, and gives the number of answered ones. */
async function exhaust({ token }: TestUser, at = url): Promise<number> {
  const responses = await Promise.all(Array.from({ length: ASKED }, () => ask(token, VIEWER, at)));
  return responses.filter(({ status }) => status === 200).length;
}

test('a user with too many requests is refused with 429 and a Retry-After, and other users are answered', async () => {
  const [ada, bob] = [await anAdmin(), await anAdmin()];
  expect(await exhaust(ada)).toBe(LIMIT);
  const refused = await ask(ada.token, CREATE('Refused'));
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    429,
    expect.stringMatching(/^([1-9]|10)$/),
    { errors: [REFUSED] },
  ]);
  const asStream = await ask(ada.token, VIEWER, url, 'text/event-stream');
  expect([asStream.status, asStream.headers.has('retry-after')]).toEqual([429, true]);
  const stream = await ask(ada.token, CREATED, url, 'text/event-stream');
  expect([stream.status, stream.headers.has('retry-after')]).toEqual([429, true]);
  const { customers } = await bob.ask('{ customers(first: 100) { nodes { company } } }');
  expect(JSON.stringify(customers)).not.toContain('Refused');
});

test('answers over HTTP say how many requests are left, and the refused one says none', async () => {
  const ada = await anAdmin();
  const leftAfter = async (answer: Promise<Response>) => {
    const { headers, body } = await answer;
    await body?.cancel();
    expect(headers.get('ratelimit-policy')).toBe('"requests";q=20;w=10');
    return /^"requests";r=(\d+);t=(?:[1-9]|10)$/.exec(headers.get('ratelimit') ?? '')?.[1];
  };
  expect(await leftAfter(ask(ada.token))).toBe('19');
  expect(await leftAfter(ask(ada.token, CREATED, url, 'text/event-stream'))).toBe('18');
  await exhaust(ada);
  expect(await leftAfter(ask(ada.token))).toBe('0');
});

test('operations on a socket count, too; when they are refused, the socket and its subscriptions continue', async () => {
  const [ada, bob] = [await anAdmin(), await anAdmin()];
  const wire = await Wire.signedIn(url, ada.token ?? '');
  wire.subscribe('stream', CREATED, { after: await bob.now(acme.id) });
  expect(await exhaust(ada)).toBe(LIMIT);
  wire.subscribe('1', VIEWER);
  const refused = await wire.take(2);
  await bob.ask(CREATE('Alder'));
  expect([...refused, await wire.next()]).toEqual([
    { id: '1', type: 'next', payload: { errors: [REFUSED] } },
    { id: '1', type: 'complete' },
    { id: 'stream', type: 'next', payload: expect.anything() },
  ]);
  await wire.close();
});

describeOnPostgres('two nodes', () => {
  describeOnRedis('with Redis', () => {
    test('count together', async () => {
      const settings = { ...BOUNDS, ...SHARED_REDIS };
      const [here, there] = [
        await installation.anotherNode(settings),
        await installation.anotherNode(settings),
      ];
      await Promise.all([here, there].map(untilRedisIsUp));
      const ada = await anAdmin();
      expect([await exhaust(ada, here.url), await exhaust(ada, there.url)]).toEqual([LIMIT, 0]);
    });
  });

  describeWithOwnRedis('with a Redis that accepts connections and never answers', () => {
    let redis: RedisServer;
    let wire: TcpProxy;

    beforeAll(async () => {
      redis = await startRedis();
      wire = await startTcpProxy(Number(new URL(redis.url).port));
    });

    afterAll(async () => {
      await wire.stop();
      await redis.stop();
    });

    test('answer, and each counts alone', async () => {
      const settings = { ...BOUNDS, REDIS_URL: `redis://127.0.0.1:${wire.port}` };
      const [here, there] = [
        await installation.anotherNode(settings),
        await installation.anotherNode(settings),
      ];
      const ada = await anAdmin();
      expect((await ask(ada.token, VIEWER, here.url)).status).toBe(200);
      wire.swallow(true);
      expect([await exhaust(ada, here.url), await exhaust(ada, there.url)]).toEqual([LIMIT, LIMIT]);
    });
  });
});

// This test must be the last: a client is anonymous until it has signed in.
test('anonymous requests are counted by network, apart from those of users in the same network', async () => {
  const ada = await anAdmin();
  while ((await ask(null, '{ __typename }')).status === 200);
  expect((await ask(ada.token)).status).toBe(200);
});
