import { afterAll, expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import { OidcProvider } from '../support/oidc-provider.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const provider = await OidcProvider.start();
// The slug of the tenant is decided when it is made, so the servers know a domain for it before.
const SLUG = `initech-${crypto.randomUUID().slice(0, 8)}`;
const settings = {
  OUTSIDE_ISSUERS: JSON.stringify([
    provider.entry({ algorithms: ['RS256'], domains: { 'initech.test': SLUG } }),
  ]),
};
const { installation, acme } = await aStage({ acme: {} }, settings);
const elsewhere = await installation.anotherNode(settings);
await provider.serve(`${installation.app.url}/oidc/backchannel-logout`);
const { tenantId } = await mutate(
  installation.root,
  'tenantCreate',
  { input: { organizationId: acme.organizationId, name: 'Initech', slug: SLUG } },
  'tenantId',
);
const admin = await installation.aUser('TENANT_ADMIN', { tenantId });

afterAll(() => provider.stop());

const VIEWER = '{ viewer { id role } }';

const codeOf = async (person: Person) => (await person.run(VIEWER)).errors?.[0]?.extensions.code ?? null;

/** A client with the token of a sign-in at the provider. */
async function signedIn(account: string) {
  const browser = await provider.signIn(account);
  return { browser, person: new Person(installation.app.url, browser.idToken) };
}

function setRole(role: string | null, by: Person = admin) {
  const set = [{ path: 'auth.provisioning.role', value: role }];
  return mutate(by, 'configUpdate', { input: { scope: 'TENANT', tenantId, set } });
}

test('72: a new address makes no user before its tenant says as what, nor one of a domain that leads to no tenant, nor one that is not verified', async () => {
  provider.accounts.set('nina', { email: 'nina@initech.test', email_verified: true });
  provider.accounts.set('olga', { email: 'olga@elsewhere.test', email_verified: true });
  provider.accounts.set('pete', { email: 'pete@initech.test', email_verified: false });
  const { person: nina } = await signedIn('nina');
  expect(await codeOf(nina)).toBe('UNAUTHENTICATED');
  await setRole('CSR');
  for (const account of ['olga', 'pete'])
    expect(await codeOf((await signedIn(account)).person)).toBe('UNAUTHENTICATED');
  expect(await codeOf(nina)).toBe(null);
});

test('72: two first tokens of a new address, one on each node, make one user in the role of the tenant, in its feed', async () => {
  await setRole('SUPPORT');
  provider.accounts.set('mia', { email: 'Mia@Initech.test', email_verified: true, name: 'Mia Meyer' });
  const users = admin
    .at(elsewhere)
    .follow(
      'subscription ($after: Cursor) { userCreated(after: $after) { __typename ... on UserCreated { user { id name email role } } } }',
      { after: await admin.now(tenantId) },
    );
  const [one, other] = [(await signedIn('mia')).person, (await signedIn('mia')).person.at(elsewhere)];
  const viewers = await Promise.all([one.ask(VIEWER), other.ask(VIEWER)]);
  expect(viewers[0]).toEqual(viewers[1]);
  expect(await users.change()).toMatchObject({
    user: { id: viewers[0].viewer.id, name: 'Mia Meyer', email: 'mia@initech.test', role: 'SUPPORT' },
  });
  provider.accounts.set('new-holder', { email: 'mia@initech.test', email_verified: true });
  expect(await codeOf((await signedIn('new-holder')).person)).toBe('UNAUTHENTICATED');
  provider.accounts.set('mia', { email: 'mia.smith@initech.test', email_verified: true });
  expect(await (await signedIn('mia')).person.ask(VIEWER)).toEqual(viewers[0]);
  expect(users.unread).toEqual([]);
});

test('72: a logout at the provider ends the requests, sockets and streams of its session on every node, and those of no other', async () => {
  provider.accounts.set('lea', { email: 'lea@initech.test', email_verified: true });
  const [phone, laptop] = [await signedIn('lea'), await signedIn('lea')];
  await phone.person.ask(VIEWER);
  await laptop.person.ask(VIEWER);
  const here = await Wire.signedIn(installation.app.url, phone.browser.idToken);
  const there = await Wire.signedIn(elsewhere.url, phone.browser.idToken);
  const kept = await Wire.signedIn(elsewhere.url, laptop.browser.idToken);
  const stream = phone.person.at(elsewhere).follow('subscription { customerChanged { __typename } }');
  await stream.event();
  const began = performance.now();
  await phone.browser.signOut();
  for (const wire of [here, there]) expect(await wire.closed()).toMatchObject({ code: 4403 });
  expect(await stream.ended()).toMatchObject({ how: 'closed', code: 4403 });
  const tookMs = performance.now() - began;
  for (const node of [installation.app, elsewhere]) {
    expect(await codeOf(phone.person.at(node))).toBe('UNAUTHENTICATED');
    expect(await codeOf(laptop.person.at(node))).toBe(null);
  }
  kept.subscribe('still', VIEWER);
  expect(await kept.next()).toMatchObject({ id: 'still', type: 'next' });
  // The poll of a node without Redis is one second; the rest is for a busy machine.
  expect(tookMs).toBeLessThan(5_000);
});
