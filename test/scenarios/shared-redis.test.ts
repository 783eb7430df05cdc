import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { PLATFORM_ADMIN, type TestApp } from '../support/app.ts';
import { signIn } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import { silentLog } from '../support/silent-log.ts';
import { aCopyOf, aDatabase, type TestDatabase } from '../support/test-database.ts';

const JWT_SECRET = `a secret that both have ${randomUUID()}`;
/** Both have it, and no file is sent: without it each node warns of a disk of its own. */
const ATTACHMENTS = path.join(tmpdir(), randomUUID());
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }`;
const CREATE = `mutation ($input: OrganizationCreateInput!) {
  organizationCreate(input: $input) { organization { id } userErrors { message } } }`;
const CHANGES = `subscription ($after: Cursor) { changes(after: $after) {
  __typename ... on FeedReset { reason } ... on OrganizationCreated { organization { name } } } }`;

/** Failed sign-ins that lock an account. */
const FAILURES = 5;
/** Looks at the channels of Redis, until both have subscribed. */
const MAX_LOOKS = 2_000;

describeOnPostgres('on one Redis, a database and its copy with the same secret', () => {
  describeOnRedis('are two installations:', () => {
    const warnings: string[] = [];
    let databases: TestDatabase[];
    let original: TestApp;
    let copy: TestApp;
    let atOriginal: Person;
    let atCopy: Person;

    beforeAll(async () => {
      const database = await aDatabase();
      await (await serve(database)).stop();
      databases = [database, await aCopyOf(database)];
      [original, copy] = (await Promise.all(databases.map(serve))) as [TestApp, TestApp];
      await Promise.all([untilRedisIsUp(original), untilRedisIsUp(copy)]);
      const { email, password } = PLATFORM_ADMIN;
      atOriginal = new Person(original.url, await signIn(original.url, email, password));
      atCopy = new Person(copy.url, await signIn(copy.url, email, password));
    });

    afterAll(async () => {
      await Promise.all([atOriginal.leave(), atCopy.leave()]);
      await Promise.all([original.stop(), copy.stop()]);
      await Promise.all(databases.map((database) => database.drop()));
    });

    async function serve({ url: DATABASE_URL }: TestDatabase): Promise<TestApp> {
      const config = loadConfig({
        PORT: '0',
        JWT_SECRET,
        DATABASE_URL,
        ADMIN_EMAIL: PLATFORM_ADMIN.email,
        ADMIN_PASSWORD: PLATFORM_ADMIN.password,
        POLL_INTERVAL_MS: '60000',
        ATTACHMENTS_DIR: ATTACHMENTS,
        ...SHARED_REDIS,
      });
      const warn = (_fields: object, message: string) => {
        warnings.push(message);
      };
      const app = await startApp(config, { ...silentLog, warn });
      return { ...app, config };
    }

    test('G 4: a cursor of the one has no meaning for the other', async () => {
      const { data } = await atOriginal.run('{ organizations { feedCursor } }');
      const stream = atCopy.follow(CHANGES, { after: data.organizations.feedCursor });
      const { data: first } = await stream.next();
      await stream.close();
      expect(first).toEqual({ changes: { __typename: 'FeedReset', reason: 'EPOCH_CHANGED' } });
    });

    test('G: each receives its own changes by wake-ups, none of the other, and reports none as forged', async () => {
      const received: unknown[] = [];
      for (const [at, name] of [
        [atCopy, 'Copied'],
        [atOriginal, 'Original'],
      ] as const) {
        const { data } = await at.run('{ organizations { feedCursor } }');
        const stream = at.follow(CHANGES, { after: data.organizations.feedCursor });
        await Promise.all(
          [atOriginal, atCopy].map(
            (each) => each === at || each.ask(CREATE, { input: anOrganization('Elsewhere') }),
          ),
        );
        await at.ask(CREATE, { input: anOrganization(name) });
        received.push(await stream.change());
        await stream.close();
      }
      expect(received).toEqual(
        ['Copied', 'Original'].map((name) => ({ __typename: 'OrganizationCreated', organization: { name } })),
      );
      expect(warnings).toEqual([]);
    });

    test('19: every key and channel has the prefix of its installation, and the prefixes differ', async () => {
      const redis = new Redis(SHARED_REDIS.REDIS_URL);
      const streams = [atOriginal, atCopy].map((at) => at.follow(CHANGES));
      const prefixes = new Set<string>();
      for (let look = 0; prefixes.size < 2 && look < MAX_LOOKS; look += 1) {
        const channels = (await redis.pubsub('CHANNELS', '*:feed:*')) as string[];
        for (const channel of channels) prefixes.add(channel.split(':', 2).join(':'));
      }
      const names = [...(await redis.keys('*')), ...((await redis.pubsub('CHANNELS')) as string[])];
      redis.disconnect();
      await Promise.all(streams.map((stream) => stream.close()));
      expect(prefixes.size).toBe(2);
      expect(names.filter((name) => !/^lockstep:[\w-]{22}:/.test(name))).toEqual([]);
    });

    test('19: failed sign-ins at the one lock no account at the other', async () => {
      const { email, password } = PLATFORM_ADMIN;
      const attempt = (at: TestApp, tried: string) =>
        new Person(at.url, null).run(SIGN_IN, { input: { email, password: tried } });
      for (let failure = 0; failure < FAILURES; failure += 1) await attempt(copy, 'a-wrong-password');
      const [there, here] = [await attempt(copy, password), await attempt(original, password)];
      expect(there.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
      expect(here.data.signIn.accessToken).toEqual(expect.any(String));
    });
  });
});

function anOrganization(name: string) {
  return { name, slug: `o-${randomUUID().slice(0, 8)}` };
}
