import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { loadSecrets } from '../../src/config/secrets.ts';
import { secretText } from '../../src/configuration/layers/layer-secrets.ts';
import { jsonLog } from '../../src/core/process/json-log.ts';
import { AesSecretCipher } from '../../src/modules/sessions/second-factor/aes-secret-cipher.ts';
import { mutate } from '../support/mutate.ts';
import { type OpenDatabase, theDatabaseAt } from '../support/open-database.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS } from '../support/shared-redis.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';

const CANARY = 'canary-of-configuration-0193';
const PATH = 'notifications.email.secret';
const OF_PLATFORM = 'auth.providers.oidc.secret';

const lines: string[] = [];
const log = jsonLog('debug', { write: (line: string) => lines.push(line) });
const { installation, acme, ada, sue, cleo, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  process.env.TEST_REDIS_URL ? SHARED_REDIS : {},
  log,
);
const root = await installation.aUser('PLATFORM_ADMIN', {});

/** Everything that a client has received. */
const received: string[] = [];

async function ask(who: Person, query: string, variables: object = {}) {
  const answer = await who.run(query, variables as Record<string, unknown>);
  received.push(JSON.stringify(answer));
  return answer;
}

const WRITE = `mutation ($input: ConfigUpdateInput!, $key: String) {
  configUpdate(input: $input, idempotencyKey: $key) {
    configuration { id version paths } userErrors { code rule message path params { name value } } } }`;
const EFFECTIVE = `query ($paths: [String!]) { effectiveConfig(paths: $paths) { version settings {
  path value scope version mode isLocked secret { version setAt setBy { id } }
  contributions { scope standing mode value valueWithout } } } }`;
const CONFIGURATION = 'query ($paths: [String!]) { effectiveConfig(paths: $paths) { settings { path } } }';
const DIFF = `query ($id: ID!, $from: Int!, $to: Int!) {
  configDiff(id: $id, from: $from, to: $to) { path before { mode value } after { mode value } } }`;
const DELTA = 'query ($since: Int!) { configDelta(sinceVersion: $since) { patch } }';
const ROLLBACK = `mutation ($toVersion: Int!, $dryRun: Boolean, $key: String) {
  configRollback(scope: TENANT, toVersion: $toVersion, dryRun: $dryRun, idempotencyKey: $key) {
    secretsKept configuration { version } userErrors { code } } }`;
const UPDATED = 'subscription ($after: Cursor) { configUpdated(after: $after) { patch } }';
const LISTS = `query { configurations(first: 100) { nodes { id scope paths memberPaths version } }
  configCatalogue { path default schema isSecret } configDelta(sinceVersion: -1) { patch }
  auditLog(first: 100) { nodes { entity changes { field before after } } } }`;
const VERSIONS = 'query ($id: ID!) { configVersions(id: $id, first: 100) { nodes { version step paths } } }';

const setting = (path: string, more: object) => ({ path, ...more });
const write = async (who: Person, scope: string, set: readonly object[]) =>
  (await ask(who, WRITE, { input: { scope, set } })).data.configUpdate;

async function effective(who: Person, path: string) {
  return (await ask(who, EFFECTIVE, { paths: [path] })).data.effectiveConfig.settings[0];
}

const SHOWN = { isSet: true, version: expect.stringMatching(/^[0-9a-f-]{36}$/) };

test('a secret is written as a secret and as nothing else, and no error repeats what was sent', async () => {
  const refused = async (one: object, scope = 'TENANT') => {
    const { userErrors } = await write(ada, scope, [one]);
    return userErrors.map(({ rule, path }: { rule: string; path: string[] }) => [rule, path.at(-1)]);
  };
  const back = { isSet: true, version: crypto.randomUUID() };
  expect(await refused(setting(PATH, { value: CANARY }))).toEqual([['SECRET_AS_VALUE', 'value']]);
  expect(await refused(setting(PATH, { value: { text: CANARY } }))).toEqual([['SECRET_AS_VALUE', 'value']]);
  expect(await refused(setting(PATH, { value: back }))).toEqual([['SECRET_READ_BACK', 'value']]);
  expect(await refused(setting(PATH, { value: null, secret: CANARY }))).toEqual([
    ['SECRET_AS_VALUE', 'value'],
  ]);
  expect(await refused(setting('branding.name', { secret: CANARY }))).toEqual([['NO_SECRET', 'secret']]);
  expect(await refused(setting(PATH, { secret: CANARY.repeat(400) }))).toEqual([['TOO_LONG', 'secret']]);
  expect(await refused(setting(PATH, { mode: 'LOCKED' }))).toEqual([['SECRET_MISSING', 'secret']]);
  expect(await refused(setting(PATH, { secret: CANARY, mode: 'FLOOR' }))).toEqual([
    ['MODE_NOT_ALLOWED', 'mode'],
  ]);
  expect(await refused(setting(PATH, { secret: CANARY }), 'USER')).toEqual([['NOT_SETTABLE_HERE', 'path']]);
  const asObject = await ask(ada, WRITE, {
    input: { scope: 'TENANT', set: [{ path: PATH, secret: { text: CANARY } }] },
  });
  const unnamed = await ask(ada, WRITE, { input: { scope: 'TENANT', set: [{ secret: CANARY, path: 1 }] } });
  const asList = await ask(ada, WRITE, {
    input: { scope: 'TENANT', set: [{ path: PATH, secret: [CANARY] }] },
  });
  for (const { data, errors } of [unnamed, asObject, asList]) {
    expect([data?.configUpdate, errors?.[0]?.extensions.code]).toEqual([undefined, 'BAD_USER_INPUT']);
  }
  expect(await effective(ada, PATH)).toMatchObject({ value: null, scope: null, secret: null });
});

test('T: no user without the right reads that it is set, and none but an administrator sets it', async () => {
  const answers = await Promise.all([
    ask(cleo, CONFIGURATION, { paths: [PATH] }),
    ask(sue, CONFIGURATION, { paths: [PATH] }),
  ]);
  expect(answers.map(({ data }) => data.effectiveConfig.settings)).toEqual([[], [{ path: PATH }]]);
  const sets = await ask(gil, EFFECTIVE, { paths: [PATH] });
  expect(sets.data.effectiveConfig.settings).toMatchObject([{ value: null }]);
  for (const who of [cleo, sue]) {
    const { userErrors } = await write(who, 'TENANT', [setting(PATH, { secret: CANARY })]);
    expect(userErrors).toMatchObject([{ code: 'FORBIDDEN_CHANGE' }]);
  }
});

test('D V: readers receive that it is set, by whom and when, in queries, differences, deltas and events', async () => {
  const stream = ada.follow(UPDATED, { after: await ada.now(acme.id) });
  const { configuration } = await write(ada, 'TENANT', [setting(PATH, { secret: CANARY })]);
  const { value, secret } = await effective(sue, PATH);
  expect(value).toEqual(SHOWN);
  expect(secret).toEqual({ version: value.version, setAt: expect.any(String), setBy: { id: ada.userId } });
  const event = await stream.event();
  received.push(JSON.stringify(event));
  expect(event).toEqual({ patch: [{ op: 'replace', path: `/${PATH}`, value }] });
  const { data } = await ask(ada, DELTA, { since: 0 });
  expect(data.configDelta.patch).toContainEqual({ op: 'replace', path: `/${PATH}`, value });
  // The same text again is another version: no text is compared.
  const again = await write(ada, 'TENANT', [setting(PATH, { secret: CANARY })]);
  expect(again.configuration.version).toBe(configuration.version + 1);
  const { configDiff } = (await ask(ada, DIFF, { id: configuration.id, from: 1, to: 2 })).data;
  expect(configDiff).toEqual([
    { path: PATH, before: { mode: 'DEFAULT', value }, after: { mode: 'DEFAULT', value: SHOWN } },
  ]);
  expect(configDiff[0].after.value.version).not.toBe(value.version);
});

test('a write without the secret changes its mode and keeps it', async () => {
  const { value, secret } = await effective(ada, PATH);
  const { configuration } = await write(ada, 'TENANT', [setting(PATH, { mode: 'LOCKED' })]);
  expect(configuration.version).toBe(3);
  expect(await effective(ada, PATH)).toMatchObject({ value, secret, isLocked: true });
});

test('a rollback takes back the rest and names the secrets that it leaves at their newest version', async () => {
  await mutate(ada, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: 'branding.name', value: 'A' }] },
  });
  const { value } = await effective(ada, PATH);
  const back = async (more: object) =>
    (await ask(ada, ROLLBACK, { toVersion: 1, ...more })).data.configRollback;
  expect(await back({ dryRun: true })).toMatchObject({
    secretsKept: [PATH],
    configuration: { version: 4 },
    userErrors: [],
  });
  const done = { secretsKept: [PATH], configuration: { version: 5 }, userErrors: [] };
  expect(await back({ key: 'back' })).toEqual(done);
  expect(await back({ key: 'back' })).toEqual(done);
  expect((await effective(ada, PATH)).value).toEqual(value);
  expect((await effective(ada, 'branding.name')).value).toBeNull();
});

test('T: below the platform its secret acts and is read by no tenant, which does not learn who set it', async () => {
  await write(root, 'PLATFORM', [setting(OF_PLATFORM, { secret: CANARY, mode: 'LOCKED' })]);
  const { value, ...shown } = await effective(gil, OF_PLATFORM);
  expect(value).toEqual(SHOWN);
  expect(shown).toMatchObject({
    isLocked: true,
    secret: { version: value.version, setBy: null },
    contributions: [{ scope: 'PLATFORM', value }],
  });
  const { userErrors } = await write(gil, 'TENANT', [setting(OF_PLATFORM, { secret: CANARY })]);
  expect(userErrors).toMatchObject([{ rule: 'LOCKED_ABOVE', path: ['input', 'set', '0', 'path'] }]);
});

test('a repeated request sets the secret once', async () => {
  const input = { scope: 'TENANT', set: [setting('notifications.sms.secret', { secret: CANARY })] };
  const first = await ask(ada, WRITE, { input, key: 'once' });
  const second = await ask(ada, WRITE, { input, key: 'once' });
  expect(second.data).toEqual(first.data);
});

describeOnPostgres('in the database', () => {
  let tables: TableDump;
  let database: OpenDatabase;

  beforeAll(async () => {
    const url = `${installation.app.config.databaseUrl}`;
    tables = await TableDump.open(url);
    database = await theDatabaseAt(url);
  });

  afterAll(async () => {
    await tables.close();
    await database.drop();
  });

  test('a failure of the database while a secret is written leaves no secret, and is logged', async () => {
    const { value } = await effective(ada, PATH);
    await tables.run('ALTER TABLE config_secret RENAME TO config_secret_away');
    const answer = await ask(ada, WRITE, {
      input: { scope: 'TENANT', set: [setting(PATH, { secret: CANARY })] },
    });
    await tables.run('ALTER TABLE config_secret_away RENAME TO config_secret');
    expect(answer.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect((await effective(ada, PATH)).value).toEqual(value);
  });

  test('X: the text of a secret is in no answer, error, event, log line or row, and the server alone reads it', async () => {
    const lists = await ask(ada, LISTS);
    await ask(root, LISTS);
    for (const { id } of lists.data.configurations.nodes) await ask(ada, VERSIONS, { id });
    const hex = Buffer.from(CANARY).toString('hex');
    const forms = [CANARY, hex, Buffer.from(CANARY).toString('base64').replaceAll('=', '')];
    const rows = Object.values(await tables.mentioning(forms)).flat();
    expect(lines.length).toBeGreaterThan(0);
    expect(received.length).toBeGreaterThan(30);
    const all = [...rows, ...received, ...lines];
    expect(all.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
    expect(await textOf(acme.id, PATH)).toBe(CANARY);
  });

  test('X: a tenant that names the version of another layer has no secret by it', async () => {
    await expect(textOf(acme.id, OF_PLATFORM)).rejects.toThrow('No record was found');
  });

  async function textOf(tenantId: string, path: string): Promise<string> {
    const { jwtSecret, dataDir } = installation.app.config;
    const { configSecrets } = await loadSecrets({ jwtSecret, dataDir });
    const db = database.prisma;
    const { id } = await db.configuration.findFirstOrThrow({ where: { scope: 'TENANT', tenantId } });
    const { value } = await effective(ada, path);
    const place = { configurationId: id, path };
    return secretText(db, new AesSecretCipher(configSecrets), place, value);
  }

  describeOnRedis('and Redis', () => {
    test('X: no message has the text of a secret', async () => {
      const published: string[] = [];
      const [redis, listener] = [new Redis(SHARED_REDIS.REDIS_URL), new Redis(SHARED_REDIS.REDIS_URL)];
      const arrived = new Promise((resolve) => {
        listener.on('pmessage', (_pattern, channel: string, message: string) => {
          published.push(message);
          if (channel === 'the end') resolve(null);
        });
      });
      await listener.psubscribe('*');
      await write(ada, 'TENANT', [setting(PATH, { secret: CANARY })]);
      await redis.publish('the end', '');
      await arrived;
      for (const client of [redis, listener]) client.disconnect();
      expect(published.length).toBeGreaterThan(1);
      expect(published.filter((message) => message.includes(CANARY))).toEqual([]);
    });
  });
});
