import { expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { linkIn, mailsTo, tokenIn, untilMailed } from '../support/kept-mail.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { rawRequest } from '../support/raw-request.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const PUBLIC_URL = 'https://product.test';

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000', PUBLIC_URL },
);
const { root } = installation;
const elsewhere = await installation.anotherNode({ PUBLIC_URL });
const stranger = installation.stranger();

const NEXT = 'the next good password';
const MINUTE_MS = 60_000;

const aUser = (): Promise<TestUser> => installation.aUser('CSR', { tenantId: acme.id });
const ask = (email: string, by: Person = stranger) =>
  refusals(by, 'passwordResetRequest', { input: { email } });
const set = (token: unknown, more: object = {}) =>
  refusals(stranger, 'passwordReset', { input: { token, newPassword: NEXT, ...more } });
const signIn = (email: string, password: string) =>
  codes(installation.stranger(), 'signIn', { input: { email, password } });

/** The token of the link that an address is sent. */
async function linkFor(email: string): Promise<string> {
  await ask(email);
  const [mail] = await untilMailed(root, email, 'passwordReset');
  return tokenIn(mail as never);
}

const UNUSABLE = [
  {
    code: 'INVALID_INPUT',
    path: ['input', 'token'],
    message: 'This link cannot be used: it is wrong, was used, or has ended. Ask for another one.',
  },
];

test('68: what is no link of an e-mail sets no password, whatever it is', async () => {
  for (const token of ['', ' ', 'a', 'a'.repeat(43), 'a'.repeat(100_000), '%00', `${'a'.repeat(42)}é`]) {
    expect([token.length, await set(token)]).toEqual([token.length, UNUSABLE]);
  }
  expect(await set(null)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  expect(await codes(stranger, 'passwordResetRequest', { input: { email: 'no address' } })).toEqual([
    'INVALID_INPUT',
  ]);
});

test('68: the answer is the same for every address, and only a person who may set a password is sent a link', async () => {
  const [known, locked, inactive] = [await aUser(), await aUser(), await aUser()];
  await mutate(ada, 'userStatusSet', { id: locked.userId, status: 'LOCKED' });
  await mutate(ada, 'userUpdate', { id: inactive.userId, input: { isActive: false } });
  const account = `${crypto.randomUUID()}@lockstep.test`;
  const input = { name: 'A service', email: account, role: 'SUPPORT', isServiceAccount: true };
  await mutate(ada, 'userCreate', { input });
  const unknown = `${crypto.randomUUID()}@lockstep.test`;
  const emails = [known.email, locked.email, inactive.email, account, unknown];
  for (const email of emails) {
    const { data } = await stranger.run(
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { cursor userErrors { code } } }',
      { input: { email: email.toUpperCase() } },
    );
    expect(data).toEqual({ passwordResetRequest: { cursor: null, userErrors: [] } });
    expect(await ask(email)).toEqual([]);
  }
  const outcomes = [];
  for (const email of emails) {
    const mails = await untilMailed(root, email, 'passwordReset');
    outcomes.push(mails.map(({ status }) => status));
  }
  expect(outcomes).toEqual([['KEPT'], ['DROPPED'], ['DROPPED'], ['DROPPED'], ['DROPPED']]);
});

test('68: the link leads to the address of the product, whatever the request says of itself', async () => {
  const { email } = await aUser();
  const { url } = installation.app;
  const query = `mutation { passwordResetRequest(input: { email: "${email}" }) { userErrors { code } } }`;
  const body = JSON.stringify({ query });
  const { status } = await rawRequest(
    url,
    [
      'POST /graphql HTTP/1.1',
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'Forwarded: host=evil.example',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ],
    body,
  );
  expect(status).toBe(200);
  const [mail] = await untilMailed(root, email, 'passwordReset');
  const { origin, pathname, hash, search } = linkIn(mail as never);
  expect({ origin, pathname, search, length: hash.length }).toEqual({
    origin: PUBLIC_URL,
    pathname: '/password-reset',
    search: '',
    length: 44,
  });
  for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) await fetch(`${url}${pathname}`, { method });
  const asGet = `mutation { passwordReset(input: { token: "${hash.slice(1)}", newPassword: "${NEXT}" }) { endedSessions } }`;
  const got = await fetch(`${url}/graphql?query=${encodeURIComponent(asGet)}`);
  expect(got.status).toBeGreaterThanOrEqual(400);
  expect(await signIn(email, TEST_PASSWORD)).toEqual([]);
  expect(await set(hash.slice(1))).toEqual([]);
});

test('68: a new password ends every session on every node, and its link; API tokens stay unless they are to end', async () => {
  const ben = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const { client } = await anApiToken(ben, installation.app.url, ['customers:read'], { name: 'A sync' });
  const token = await linkFor(ben.email);
  expect((await mailsTo(root, ben.email, 'passwordReset'))[0]?.text).toContain(
    'API tokens of the account: A sync.',
  );
  const wire = await Wire.signedIn(elsewhere.url, String(ben.token));
  expect(await set(token, { newPassword: 'short' })).toMatchObject([{ path: ['input', 'newPassword'] }]);
  expect(await signIn(ben.email, TEST_PASSWORD)).toEqual([]);
  const done = await mutate(
    stranger,
    'passwordReset',
    { input: { token, newPassword: NEXT } },
    'endedSessions cursor',
  );
  expect(done).toMatchObject({ endedSessions: 2, cursor: expect.any(String) });
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  const VIEWER = '{ users(first: 1) { nodes { id } } }';
  expect((await ben.run(VIEWER)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect((await client.run('{ viewer { id } }')).errors).toBeUndefined();
  expect([await signIn(ben.email, TEST_PASSWORD), await signIn(ben.email, NEXT)]).toEqual([
    ['INVALID_INPUT'],
    [],
  ]);
  expect(await set(token)).toEqual(UNUSABLE);
  await untilMailed(root, ben.email, 'passwordWasReset');
  const again = await withShiftedClock(3 * MINUTE_MS, () => linkFor(ben.email));
  expect(await set(again, { revokeTokens: true })).toEqual([]);
  expect((await client.run('{ viewer { id } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('68: a link ends after an hour, with a later one, and when its address changes hands or its user is barred', async () => {
  const [late, twice, moved, barred] = [await aUser(), await aUser(), await aUser(), await aUser()];
  const lateLink = await linkFor(late.email);
  await withShiftedClock(61 * MINUTE_MS, async () => expect(await set(lateLink)).toEqual(UNUSABLE));
  const first = await linkFor(twice.email);
  // A further request changes nothing: strangers cannot take the link away.
  expect(await linkFor(twice.email)).toBe(first);
  const second = await withShiftedClock(3 * MINUTE_MS, () => linkFor(twice.email));
  expect(second).not.toBe(first);
  expect(await set(first)).toEqual(UNUSABLE);
  const movedLink = await linkFor(moved.email);
  const email = `${crypto.randomUUID()}@lockstep.test`;
  await mutate(ada, 'userUpdate', { id: moved.userId, input: { email } });
  await mutate(ada, 'userUpdate', { id: moved.userId, input: { email: moved.email } });
  expect(await set(movedLink)).toEqual(UNUSABLE);
  expect(await mailsTo(root, moved.email, 'passwordReset')).toEqual([]);
  const barredLink = await linkFor(barred.email);
  await mutate(ada, 'userUpdate', { id: barred.userId, input: { isActive: false } });
  await mutate(ada, 'userUpdate', { id: barred.userId, input: { isActive: true } });
  expect(await set(barredLink)).toEqual(UNUSABLE);
});

test('68: a link sets one password, however many requests bring it at the same moment', async () => {
  const { email } = await aUser();
  const token = await linkFor(email);
  const answers = await Promise.all([1, 2, 3, 4].map((one) => set(token, { newPassword: `${NEXT} ${one}` })));
  expect(answers.filter((refused) => refused.length === 0)).toHaveLength(1);
  expect(answers.filter((refused) => refused.length > 0)).toEqual([UNUSABLE, UNUSABLE, UNUSABLE]);
});

test('68: a person without a password sets the first one by a link, so no administrator knows it', async () => {
  const email = `${crypto.randomUUID()}@lockstep.test`;
  const input = { tenantId: acme.id, name: 'New', email, role: 'CSR' };
  await mutate(ada, 'userCreate', { input });
  expect(await set(await linkFor(email))).toEqual([]);
  expect(await signIn(email, NEXT)).toEqual([]);
});

test('68: requests of one network that each send an e-mail have to wait after a hundred', async () => {
  const patient = await installation.anotherNode({ PUBLIC_URL });
  const at = stranger.at(patient);
  const answers: string[] = [];
  while (!answers.includes('RATE_LIMITED') && answers.length < 110) {
    const { data, errors } = await at.run(
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code } } }',
      { input: { email: 'again@lockstep.test' } },
    );
    answers.push(errors?.[0]?.extensions.code ?? `${data.passwordResetRequest.userErrors.length}`);
  }
  expect(answers.at(-1)).toBe('RATE_LIMITED');
  expect(await mailsTo(root, 'again@lockstep.test', 'passwordReset')).toHaveLength(1);
});
