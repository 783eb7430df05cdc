import { expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const elsewhere = await installation.anotherNode();

const LIST =
  '{ viewerSessions { id device provider hasSecondFactor isCurrent createdAt lastUsedAt endsAt } }';
const CHANGED =
  'subscription ($after: Cursor) { viewerSessionsChanged(after: $after) { __typename ... on ViewerSessionsChanged { sessions { device isCurrent } } } }';

const aUser = (): Promise<TestUser> => installation.aUser('CSR', { tenantId: acme.id });

/** Signs a user in on a device. */
async function signInOn(email: string, device: string | null): Promise<Person> {
  const input = { email, password: TEST_PASSWORD, device };
  const { accessToken } = await mutate(installation.stranger(), 'signIn', { input }, 'accessToken');
  return new Person(installation.app.url, accessToken);
}

const devicesOf = async (person: Person) =>
  (await person.ask(LIST)).viewerSessions.map(({ device }: { device: string | null }) => device);
const idOf = async (person: Person): Promise<string> =>
  (await person.ask(LIST)).viewerSessions.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent).id;

test('68: sessions are shown to their person alone, and to no API token; others and none end alike', async () => {
  const [ben, eve] = [await aUser(), await aUser()];
  const id = await idOf(ben);
  for (const person of [eve, ada, installation.root]) {
    expect(await refusals(person, 'sessionRevoke', { id })).toEqual(
      await refusals(person, 'sessionRevoke', { id: crypto.randomUUID() }),
    );
    expect(await refusals(person, 'sessionRevoke', { id })).toMatchObject([
      { code: 'NOT_FOUND', path: ['id'] },
    ]);
  }
  expect(await refusals(ben, 'sessionRevoke', { id: 'no id' })).toMatchObject([{ code: 'NOT_FOUND' }]);
  const { client } = await anApiToken(ada, installation.app.url, ['users:read']);
  expect((await client.run(LIST)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await refusals(client, 'sessionRevoke', { id })).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect((await installation.stranger().run(LIST)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await devicesOf(eve)).toEqual([null]);
  expect(await devicesOf(ben)).toEqual([null]);
});

test('68: a person sees its sessions with their devices live, and ends one on every node, which leaves the others', async () => {
  const ben = await aUser();
  const stream = ben.at(elsewhere).follow(CHANGED, { after: await ada.now(acme.id) });
  const phone = await signInOn(ben.email, 'Phone');
  expect(await stream.change()).toMatchObject({
    sessions: [
      { device: 'Phone', isCurrent: null },
      { device: null, isCurrent: null },
    ],
  });
  const tablet = await signInOn(ben.email, 'Tablet');
  expect(await devicesOf(ben)).toEqual(['Tablet', 'Phone', null]);
  const wire = await Wire.signedIn(elsewhere.url, String(phone.token));
  const done = await mutate(ben, 'sessionRevoke', { id: await idOf(phone) }, 'endedSessions');
  expect(done.endedSessions).toBe(1);
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  expect((await phone.run(LIST)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await devicesOf(tablet)).toEqual(['Tablet', null]);
  await stream.change();
  expect(await stream.change()).toMatchObject({ sessions: [{ device: 'Tablet' }, { device: null }] });
  expect(await refusals(ben, 'sessionRevoke', { id: await idOf(ben) })).toEqual([]);
  expect((await ben.run(LIST)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('68: a stream of sessions shows nothing of those of other users', async () => {
  const [ben, eve] = [await aUser(), await aUser()];
  const stream = ben.follow(CHANGED, { after: await ada.now(acme.id) });
  await signInOn(eve.email, 'Of another');
  await signInOn(ben.email, 'Mine');
  expect(await stream.change()).toMatchObject({ sessions: [{ device: 'Mine' }, { device: null }] });
});

test('68: a session that the settings of sign-in have ended is in no list', async () => {
  const initech = await installation.aTenant('Initech');
  const ben = await installation.aUser('CSR', { tenantId: initech.id });
  const [before] = (await ben.ask(LIST)).viewerSessions;
  const set = [{ path: 'auth.session.maxHours', value: 1 }];
  await mutate(installation.root, 'configUpdate', { input: { scope: 'TENANT', tenantId: initech.id, set } });
  const [after] = (await ben.ask(LIST)).viewerSessions;
  expect(Date.parse(after.endsAt) - Date.parse(after.createdAt)).toBeLessThanOrEqual(60 * 60_000 + 1_000);
  expect(after).toMatchObject({
    id: before.id,
    provider: 'PASSWORD',
    hasSecondFactor: false,
    isCurrent: true,
  });
});

test('68: the latest hundred sessions are shown, however many a script has begun', async () => {
  const ben = await aUser();
  await runSql(
    String(installation.app.config.databaseUrl),
    `WITH begun AS (
       INSERT INTO session (id, user_id, expires_at)
       SELECT gen_random_uuid(), user_id, expires_at FROM session, generate_series(1, 120)
       WHERE user_id = '${ben.userId}' RETURNING id
     )
     INSERT INTO session_renewal (session_id, renewed_at) SELECT id, now() FROM begun`,
  );
  expect(await devicesOf(ben)).toHaveLength(100);
});
