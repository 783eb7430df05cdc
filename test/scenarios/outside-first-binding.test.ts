import { afterAll, expect, test } from '@jest/globals';
import { TEST_PASSWORD } from '../support/installation.ts';
import { tokenIn, untilMailed } from '../support/kept-mail.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const issuer = await TestIssuer.start('https://first.example.test');
const settings = { ...issuer.settings, PUBLIC_URL: 'https://product.test' };
const { installation, acme } = await aStage({ acme: {} }, settings);

afterAll(() => issuer.stop());

const VIEWER = '{ viewer { id email pendingEmail } }';

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
