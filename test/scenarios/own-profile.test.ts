import { expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const { installation, acme, ada, globex, gil, olga } = await aStage({
  acme: { ada: 'TENANT_ADMIN', olga: 'ORGANIZATION_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;
const elsewhere = await installation.anotherNode();

const OWN = '{ viewer { user { name language timeZone version } } }';
const CHANGED =
  'subscription ($after: Cursor) { userUpdated(after: $after) { __typename ... on UserUpdated { changedFields user { name language timeZone } } } }';
const ownOf = async (who: Person) => (await who.ask(OWN)).viewer.user;
const set = (who: Person, input: object, more: object = {}) =>
  refusals(who, 'viewerUpdate', { input, ...more });

const alder = await installation.aCustomer(acme.id);
const beech = await installation.aCustomer(acme.id);
const resident = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId: alder });
const neighbour = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId: beech });

test('68: a profile takes a name, a language of BCP 47 and a time zone of IANA, and nothing else', async () => {
  for (const [input, field] of [
    [{ name: ' ' }, 'name'],
    [{ name: null }, 'name'],
    [{ language: 'not a language' }, 'language'],
    [{ language: 'en_US' }, 'language'],
    [{ language: 'e'.repeat(100) }, 'language'],
    [{ timeZone: 'Europe/Atlantis' }, 'timeZone'],
    [{ timeZone: '+01:00' }, 'timeZone'],
    [{ timeZone: 'E'.repeat(10_000) }, 'timeZone'],
  ] as const) {
    expect([input, await set(resident, { name: 'Half', ...input })]).toMatchObject([
      input,
      [{ code: 'INVALID_INPUT', path: ['input', field] }],
    ]);
  }
  expect(await ownOf(resident)).toMatchObject({ language: null, timeZone: null, version: 1 });
  const { client } = await anApiToken(ada, installation.app.url, ['users:write']);
  expect(await set(client, { name: 'A machine' })).toMatchObject([{ code: 'FORBIDDEN_CHANGE' }]);
  expect(await set(installation.stranger(), { name: 'A stranger' })).toMatchObject([
    { code: 'UNAUTHENTICATED' },
  ]);
});

test('68: a user of every role changes its own profile, and a repeated request changes it once', async () => {
  for (const who of [root, olga, ada, gil, resident]) {
    const before = await ownOf(who);
    const args = {
      input: { name: 'Renamed', language: 'DE-ch', timeZone: 'Europe/Zurich' },
      idempotencyKey: crypto.randomUUID(),
    };
    const first = await mutate(who, 'viewerUpdate', args, 'cursor userId');
    expect(await mutate(who, 'viewerUpdate', args, 'cursor userId')).toEqual(first);
    expect(await ownOf(who)).toEqual({
      name: 'Renamed',
      language: 'de-CH',
      timeZone: 'Europe/Zurich',
      version: before.version + 1,
    });
    expect(await set(who, { language: null, timeZone: null })).toEqual([]);
    expect(await ownOf(who)).toMatchObject({ name: 'Renamed', language: null, timeZone: null });
  }
});

test('68: a profile of another version is refused with the present one, and of two writers of one version one wins', async () => {
  const { version } = await ownOf(resident);
  expect(await set(resident, { name: 'Late' }, { expectedVersion: version - 1 })).toMatchObject([
    { code: 'VERSION_CONFLICT', path: ['expectedVersion'] },
  ]);
  const answers = await Promise.all(
    [resident, resident.at(elsewhere)].map((who, index) =>
      set(who, { name: `Writer ${index}` }, { expectedVersion: version }),
    ),
  );
  expect(answers.map((refused) => refused.length).toSorted()).toEqual([0, 1]);
});

test('68: a changed profile reaches the other devices of its person and those who see the user, on every node, and no other user', async () => {
  const after = await ada.now(acme.id);
  const device = resident.at(elsewhere).follow(CHANGED, { after });
  const staff = ada.at(elsewhere).follow(CHANGED, { after });
  const beside = neighbour.at(elsewhere).follow(CHANGED, { after });
  const abroad = gil.at(elsewhere).follow(CHANGED, { after: await root.now(globex.id) });
  await mutate(resident, 'viewerUpdate', { input: { name: 'Live Rita', timeZone: 'Asia/Tokyo' } });
  for (const stream of [device, staff]) {
    expect(await stream.change()).toMatchObject({
      user: { name: 'Live Rita', timeZone: 'Asia/Tokyo' },
    });
  }
  await mutate(neighbour, 'viewerUpdate', { input: { name: 'Live Nora' } });
  await mutate(gil, 'viewerUpdate', { input: { name: 'Live Gil' } });
  expect(await beside.change()).toMatchObject({ user: { name: 'Live Nora' } });
  expect(await abroad.change()).toMatchObject({ user: { name: 'Live Gil' } });
});

test('68: a connection that is open knows the new name of its viewer, and writes under it', async () => {
  const ben = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const wire = await Wire.signedIn(elsewhere.url, String(ben.token));
  const log = ada
    .at(elsewhere)
    .follow(
      'subscription ($after: Cursor) { userUpdated(after: $after) { __typename ... on UserUpdated { user { name } actor { name } } } }',
      { after: await ada.now(acme.id) },
    );
  await mutate(ben, 'viewerUpdate', { input: { name: 'Benjamin' } });
  expect(await log.change()).toMatchObject({ user: { name: 'Benjamin' } });
  wire.subscribe('viewer', '{ viewer { name } }');
  expect(await wire.next()).toMatchObject({ payload: { data: { viewer: { name: 'Benjamin' } } } });
  wire.subscribe('write', 'mutation { viewerUpdate(input: { timeZone: "Asia/Tokyo" }) { cursor } }');
  expect(await log.change()).toMatchObject({ actor: { name: 'Benjamin' } });
});
