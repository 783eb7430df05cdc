import { afterAll, expect, test } from '@jest/globals';
import { TEST_PASSWORD } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});
const node = await installation.anotherNode();
const elsewhere = { ada: ada.at(node), gil: gil.at(node) };

afterAll(() => Promise.all([elsewhere.ada.leave(), elsewhere.gil.leave()]));

const NAME = 'branding.name';
const UPDATED = `subscription ($after: Cursor) { configUpdated(after: $after) {
  patch configuration { version } } }`;
const EFFECTIVE = `{ viewer { id }
  effectiveConfig(paths: ["${NAME}"]) { version settings { value } } }`;
const DELTA = 'query ($since: Int!) { configDelta(sinceVersion: $since) { version isReset patch } }';

interface Update {
  readonly patch: readonly object[];
  readonly configuration: { readonly version: number };
}

const named = (who: Person, value: string, place: object) =>
  mutate(who, 'configUpdate', { input: { ...place, set: [{ path: NAME, value }] } });
const effective = async (who: Person) => {
  const { version, settings } = (await who.ask(EFFECTIVE)).effectiveConfig;
  return { version, value: settings[0].value };
};

test('L: the value of an event is read on every node as soon as the event has come, by its query, its delta and a stream from its cursor', async () => {
  const after = await ada.now(acme.id);
  const nodes = [ada, elsewhere.ada].map((who) => ({ who, stream: who.follow(UPDATED, { after }) }));
  const [one, other] = nodes as [(typeof nodes)[number], (typeof nodes)[number]];
  for (const value of ['One', 'Two', 'Three', 'Four']) {
    const { version: since } = await effective(ada);
    // Each is written on one node, and read first on the other one.
    const [writer, reader] = value.length === 3 ? [one, other] : [other, one];
    await named(writer.who, value, { scope: 'TENANT' });
    const event: Update = await reader.stream.event();
    const { version } = event.configuration;
    expect(await effective(reader.who)).toEqual({ version, value });
    const { configDelta } = await reader.who.ask(DELTA, { since });
    expect(configDelta).toEqual({ version, isReset: false, patch: event.patch });
    expect(await writer.stream.event()).toEqual(event);
  }
  expect(nodes.flatMap(({ stream }) => stream.unread)).toEqual([]);
  await Promise.all(nodes.map(({ stream }) => stream.close()));
});

test('X: a user keeps its tenant; a person who gets an account in another one has the settings, the rights and the stream of that one, and nothing of the former', async () => {
  const move = `mutation ($id: ID!, $tenantId: ID!) {
    userUpdate(id: $id, input: { tenantId: $tenantId }) { cursor } }`;
  const refused = await root.run(move, { id: cleo.userId, tenantId: globex.id });
  expect(refused.errors?.[0]?.message).toContain('tenantId');
  await named(ada, 'Acme', { scope: 'TENANT' });
  await named(gil, 'Globex', { scope: 'TENANT' });
  await mutate(cleo, 'notificationPreferencesUpdate', { input: { scope: 'USER', digest: 'NEVER' } });
  const former = cleo.at(node);
  const before = former.follow(UPDATED);
  expect((await effective(former)).value).toBe('Acme');

  const { email, userId } = cleo;
  await mutate(root, 'userDelete', { id: userId });
  const input = { tenantId: globex.id, email, role: 'CSR', name: 'Cleo', password: TEST_PASSWORD };
  const created = await mutate(root, 'userCreate', { input }, 'userId');
  const credentials = { input: { email, password: TEST_PASSWORD } };
  const { accessToken } = await mutate(installation.stranger(), 'signIn', credentials, 'accessToken');
  const here = new Person(installation.app.url, accessToken);
  const now = here.at(node);

  expect((await former.run(EFFECTIVE)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await before.ended()).toBeDefined();
  expect((await now.ask(EFFECTIVE)).viewer.id).toBe(created.userId);
  expect((await effective(now)).value).toBe('Globex');
  expect((await now.ask('{ notificationPreferences { digest } }')).notificationPreferences.digest).not.toBe(
    'NEVER',
  );
  const ofFormer = { input: { scope: 'TENANT', tenantId: acme.id, set: [{ path: NAME, value: 'Mine' }] } };
  expect(await codes(now, 'configUpdate', ofFormer)).toHaveLength(1);
  const stream = now.follow(UPDATED, { after: await gil.now(globex.id) });
  await named(elsewhere.ada, 'Acme again', { scope: 'TENANT' });
  await named(elsewhere.gil, 'Globex again', { scope: 'TENANT' });
  expect(await stream.event()).toMatchObject({ patch: [{ path: `/${NAME}`, value: 'Globex again' }] });
  expect(stream.unread).toEqual([]);
  await Promise.all([here.leave(), former.leave(), now.leave()]);
});
