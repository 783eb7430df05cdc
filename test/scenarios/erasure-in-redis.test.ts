import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { acme, aHome, erase, type Home, installation } from '../support/erasure-stage.ts';
import { signIn, TEST_PASSWORD } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';

const CUSTOMER = 'Fernbrook';
const RESIDENT = 'Isolde';

describeOnPostgres('in Redis', () => {
  describeOnRedis('an erasure', () => {
    const published: string[] = [];
    let redis: Redis;
    let listener: Redis;
    let home: Home;

    beforeAll(async () => {
      redis = new Redis(SHARED_REDIS.REDIS_URL);
      listener = new Redis(SHARED_REDIS.REDIS_URL);
      await untilRedisIsUp(installation.app);
      home = await aHome(CUSTOMER, RESIDENT);
      await useRedis(home);
    });

    afterAll(() => {
      redis.disconnect();
      listener.disconnect();
    });

    /** Counts requests, a connection and failed sign-ins of the resident, and receives its changes. */
    async function useRedis({ email, purposeId }: Home): Promise<void> {
      const { url } = installation.app;
      const input = { email, password: 'a-wrong-password' };
      expect(await codes(installation.stranger(), 'signIn', { input })).toEqual(['INVALID_INPUT']);
      const resident = new Person(url, await signIn(url, email, TEST_PASSWORD));
      const stream = resident.follow(
        'subscription ($after: Cursor) { consentChanged(after: $after) { __typename } }',
        { after: await resident.now(acme.id) },
      );
      await mutate(resident, 'consentRefuse', { input: { purposeId } });
      await stream.change();
    }

    test('X: publishes nothing of the person, and leaves nothing of it there', async () => {
      listener.on('pmessage', (_pattern, channel: string, message: string) => {
        published.push(`${channel} ${message}`);
      });
      await listener.psubscribe('*');
      await erase({ userId: home.residentId });
      await erase({ customerId: home.customerId });
      // A message arrives after all that was published before it.
      const arrived = new Promise((resolve) => {
        listener.on('pmessage', (_pattern, channel: string) => channel === 'the end' && resolve(null));
      });
      await redis.publish('the end', '');
      await arrived;

      const kept = await contentsOf(redis);
      expect(published.some((message) => message.includes(home.residentId))).toBe(true);
      expect(kept.length).toBeGreaterThan(0);
      expect([...published, ...kept].filter(isOfThePerson)).toEqual([]);
    });
  });
});

function isOfThePerson(text: string): boolean {
  return new RegExp(`${RESIDENT}|${CUSTOMER}`, 'i').test(text);
}

/** Every key with its value, of all installations that the tests share the Redis with. */
async function contentsOf(redis: Redis): Promise<string[]> {
  const contents: string[] = [];
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    contents.push(`${key} ${JSON.stringify(await readKey(redis, key, type))}`);
  }
  return contents;
}

async function readKey(redis: Redis, key: string, type: string): Promise<unknown> {
  if (type === 'string') return redis.get(key);
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'zset') return redis.zrange(key, 0, -1, 'WITHSCORES');
  if (type === 'set') return redis.smembers(key);
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'none') return null; // it has expired meanwhile
  throw new Error(`The test does not read a ${type}.`);
}
