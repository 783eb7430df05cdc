import { afterAll, expect, test } from '@jest/globals';
import { TEST_PASSWORD } from '../support/installation.ts';
import { tokenIn, untilMailed } from '../support/kept-mail.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const issuer = await TestIssuer.start('https://first.example.test');
const ofDomain = await TestIssuer.start('https://limited.example.test');
// The slug of the tenant is decided when it is made, so the server knows a domain for it before.
const slug = `initech-${crypto.randomUUID().slice(0, 8)}`;
const settings = {
  ...issuer.settings,
  OUTSIDE_ISSUERS: JSON.stringify([ofDomain.entry({ domains: { 'initech.test': slug } })]),
  PUBLIC_URL: 'https://product.test',
};
const { installation, acme } = await aStage({ acme: {} }, settings);

afterAll(() => {
  for (const one of [issuer, ofDomain]) one.stop();
});

const VIEWER = '{ viewer { id email pendingEmail } }';
const ERASED =
  'subscription ($after: Cursor) { personErasureUpdated(after: $after) { __typename ... on PersonErasureUpdated { personErasure { status } } } }';

test('72: a first binding ends the change of the address for which the maker of the account waits', async () => {
  const made = await installation.aUser('CSR', { tenantId: acme.id });
  const { userId, email } = made;
  const ofMaker = `${crypto.randomUUID()}@lockstep.test`;
  const input = { email: ofMaker, password: TEST_PASSWORD };
  expect(await refusals(made, 'emailChangeRequest', { input })).toEqual([]);
  const [mail] = await untilMailed(installation.root, ofMaker, 'emailChange');
  const token = tokenIn(mail as never);
  const claims = { email, email_verified: true };
  const person = new Person(installation.app.url, await issuer.token(crypto.randomUUID(), claims));
  expect((await person.ask(VIEWER)).viewer).toEqual({ id: userId, email, pendingEmail: null });
  const confirmed = await refusals(installation.stranger(), 'emailChangeConfirm', { input: { token } });
  expect(confirmed).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'token'] }]);
  expect((await person.ask(VIEWER)).viewer).toEqual({ id: userId, email, pendingEmail: null });
});

test('72: an unbound subject is bound again by a token of later alone: those that were ended count no more', async () => {
  const { userId, email } = await installation.aUser('CSR', { tenantId: acme.id });
  const subject = crypto.randomUUID();
  const token = (more: object = {}) =>
    issuer.token(subject, { email, email_verified: true, sid: crypto.randomUUID(), ...more });
  const bearing = (bearer: string) => new Person(installation.app.url, bearer);
  const [ended, unused] = [bearing(await token()), bearing(await token())];
  await ended.ask(VIEWER);
  await mutate(ended, 'signOutEverywhere', {});
  const later = bearing(await token({ iat: Math.floor(Date.now() / 1_000) + 5 }));
  const { userIdentities } = await later.ask('{ userIdentities { id } }');
  await mutate(later, 'userIdentityUnbind', { id: userIdentities[0].id });
  for (const one of [ended, unused])
    expect((await one.run(VIEWER)).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  const newest = bearing(await token({ iat: Math.floor(Date.now() / 1_000) + 9 }));
  expect((await newest.ask(VIEWER)).viewer.id).toBe(userId);
});

test('72: no token brings back a person who was deleted or erased, until an administrator makes the user again', async () => {
  const ofInitech = { organizationId: acme.organizationId, name: 'Initech', slug };
  const { tenantId } = await mutate(installation.root, 'tenantCreate', { input: ofInitech }, 'tenantId');
  const admin = await installation.aUser('TENANT_ADMIN', { tenantId });
  const set = [{ path: 'auth.provisioning.role', value: 'CSR' }];
  await mutate(admin, 'configUpdate', { input: { scope: 'TENANT', tenantId, set } });
  const erase = async (userId: string) => {
    const asked = await mutate(admin, 'personErase', { input: { userId } }, 'cursor');
    const stream = admin.follow(ERASED, { after: asked.cursor });
    expect(await stream.change(60_000)).toMatchObject({ personErasure: { status: 'COMPLETED' } });
  };
  const remove = (id: string) => mutate(admin, 'userDelete', { id });
  for (const [name, end] of [
    ['deleted', remove],
    ['erased', erase],
  ] as const) {
    const [subject, email] = [crypto.randomUUID(), `${name}@initech.test`];
    const token = (more: object = {}) => ofDomain.token(subject, { email, email_verified: true, ...more });
    const bearing = async (more: object = {}) => new Person(installation.app.url, await token(more));
    const person = await bearing();
    await end((await person.ask(VIEWER)).viewer.id);
    const later = await bearing({ iat: Math.floor(Date.now() / 1_000) + 9 });
    for (const one of [person, later])
      expect([name, (await one.run(VIEWER)).errors?.[0]?.extensions.rule]).toEqual([name, 'NO_TOKEN']);
    const input = { name: 'Back', email, role: 'CSR', password: TEST_PASSWORD };
    const { userId } = await mutate(admin, 'userCreate', { input }, 'userId');
    expect((await later.ask(VIEWER)).viewer).toMatchObject({ id: userId, email });
  }
});
