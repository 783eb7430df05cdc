import { expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { codeOf } from '../support/authenticator-code.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { linkIn, mailsTo, tokenIn, untilMailed } from '../support/kept-mail.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { rawRequest } from '../support/raw-request.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';

const PUBLIC_URL = 'https://product.test';
const SETTINGS = { REQUESTS_PER_SECOND: '1000', PUBLIC_URL };

const { installation, acme, ada, globex } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gil: 'TENANT_ADMIN' } },
  SETTINGS,
);
const { root } = installation;
const elsewhere = await installation.anotherNode(SETTINGS);
const stranger = installation.stranger();

const MINUTE_MS = 60_000;
const UNUSABLE = [
  {
    code: 'INVALID_INPUT',
    path: ['input', 'token'],
    message: 'This link cannot be used: it is wrong, was used, or has ended. Ask for another one.',
  },
];

const anAddress = () => `${crypto.randomUUID()}@lockstep.test`;
const aUser = (tenant = acme): Promise<TestUser> => installation.aUser('CSR', { tenantId: tenant.id });
const ask = (who: Person, email: string, more: object = {}) =>
  refusals(who, 'emailChangeRequest', { input: { email, password: TEST_PASSWORD, ...more } });
const confirm = (token: unknown, by: Person = stranger) =>
  refusals(by, 'emailChangeConfirm', { input: { token } });
const withdraw = (token: unknown) => refusals(stranger, 'emailChangeWithdraw', { input: { token } });
const signIn = (email: string, password = TEST_PASSWORD) =>
  codes(stranger, 'signIn', { input: { email, password } });
const addressOf = async (who: Person) => (await who.ask('{ viewer { email pendingEmail } }')).viewer;

/** The token of the link that an address is sent. */
async function linkTo(email: string, key = 'emailChange'): Promise<string> {
  const [mail] = await untilMailed(root, email, key);
  return tokenIn(mail as never);
}

/** Asks for an address, and gives the token of the link that confirms it. */
async function linkFor(who: Person, email: string): Promise<string> {
  expect(await ask(who, email)).toEqual([]);
  return linkTo(email.toLowerCase());
}

test('68: a change of the address is refused without the password, the code or an address, and to an API token', async () => {
  const ben = await aUser();
  const email = anAddress();
  expect(await ask(ben, email, { password: 'not his password' })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'password'] },
  ]);
  for (const wrong of ['no address', '', `${'a'.repeat(300)}@lockstep.test`]) {
    const [refusal] = await ask(ben, wrong);
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'email'] });
  }
  expect(await ask(ben, ben.email.toUpperCase())).toMatchObject([
    { path: ['input', 'email'], message: 'This is your address already.' },
  ]);
  const { client } = await anApiToken(ada, installation.app.url, ['users:read']);
  expect(await ask(client, email)).toMatchObject([{ code: 'FORBIDDEN_CHANGE' }]);
  expect((await client.run('{ viewer { pendingEmail } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await ask(stranger, email)).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
  const { secret } = await mutate(ben, 'totpEnroll', { input: { password: TEST_PASSWORD } }, 'secret');
  await mutate(ben, 'totpConfirm', { code: codeOf(secret) });
  expect(await ask(ben, email)).toMatchObject([{ path: ['input', 'totp'] }]);
  expect(await mailsTo(root, email, 'emailChange')).toEqual([]);
  expect(await ask(ben, email, { totp: codeOf(secret, 1) })).toEqual([]);
  for (const token of ['', ' ', 'a'.repeat(43), 'a'.repeat(100_000)]) {
    expect([await confirm(token), await withdraw(token)]).toEqual([UNUSABLE, UNUSABLE]);
  }
});

test('68: the new address counts from its confirmation on, on every node; the old one receives word before and after', async () => {
  const ben = await aUser();
  const eve = await aUser(globex);
  const email = anAddress();
  const CHANGED =
    'subscription ($after: Cursor) { userUpdated(after: $after) { __typename ... on UserUpdated { user { id email } actor { id } } } }';
  const stream = ben.at(elsewhere).follow(CHANGED, { after: await ada.now(acme.id) });
  const silent = eve.at(elsewhere).follow(CHANGED, { after: await root.now(globex.id) });
  const token = await linkFor(ben, email.toUpperCase());
  expect(await addressOf(ben)).toEqual({ email: ben.email, pendingEmail: email });
  const [told] = await untilMailed(root, ben.email, 'emailChangeTold');
  expect(told?.text).toContain(email);
  expect(await signIn(email)).toEqual(['INVALID_INPUT']);
  expect(await mutate(stranger, 'emailChangeConfirm', { input: { token } }, 'email')).toMatchObject({
    email,
  });
  expect(await stream.change()).toMatchObject({ user: { id: ben.userId, email }, actor: { id: ben.userId } });
  expect([await signIn(email), await signIn(ben.email)]).toEqual([[], ['INVALID_INPUT']]);
  expect(await addressOf(ben)).toEqual({ email, pendingEmail: null });
  const [was] = await untilMailed(root, ben.email, 'emailWasChanged');
  expect(was?.text).toContain(email);
  expect(await confirm(token)).toEqual(UNUSABLE);
  await mutate(eve, 'viewerUpdate', { input: { name: 'Eve' } });
  expect(await silent.change()).toMatchObject({ user: { id: eve.userId } });
});

test('68: asking tells nothing of other accounts: the answer, the e-mails and the log are the same; the link tells its person', async () => {
  const [ben, known] = [await aUser(), await aUser(globex)];
  const free = anAddress();
  const SAID =
    'mutation ($input: EmailChangeRequestInput!) { emailChangeRequest(input: $input) { cursor userErrors { code } } }';
  const answers = [];
  for (const email of [known.email, free]) {
    answers.push(await ben.ask(SAID, { input: { email, password: TEST_PASSWORD } }));
    const [mail] = await untilMailed(root, email, 'emailChange');
    expect(mail?.status).toBe('KEPT');
    if (email === known.email) {
      expect(await confirm(tokenIn(mail as never))).toEqual([
        {
          code: 'ALREADY_EXISTS',
          path: ['input', 'token'],
          message: 'This address has an account already: choose another one.',
        },
      ]);
    }
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toEqual({ emailChangeRequest: { cursor: null, userErrors: [] } });
  expect((await addressOf(known)).email).toBe(known.email);
});

test('68: the links lead to the address of the product, whatever the request says, and reading them changes nothing', async () => {
  const ben = await aUser();
  const email = anAddress();
  const { url } = installation.app;
  const query = `mutation { emailChangeRequest(input: { email: "${email}", password: "${TEST_PASSWORD}" }) { userErrors { code } } }`;
  const body = JSON.stringify({ query });
  await rawRequest(
    url,
    [
      'POST /graphql HTTP/1.1',
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'Origin: https://evil.example',
      `Authorization: Bearer ${ben.token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ],
    body,
  );
  const [mail] = await untilMailed(root, email, 'emailChange');
  const { origin, pathname, hash, search } = linkIn(mail as never);
  expect({ origin, pathname, search }).toEqual({ origin: PUBLIC_URL, pathname: '/email-change', search: '' });
  for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) await fetch(`${url}${pathname}`, { method });
  const asGet = `mutation { emailChangeConfirm(input: { token: "${hash.slice(1)}" }) { email } }`;
  const got = await fetch(`${url}/graphql?query=${encodeURIComponent(asGet)}`);
  expect(got.status).toBeGreaterThanOrEqual(400);
  expect(await signIn(email)).toEqual(['INVALID_INPUT']);
  expect(await confirm(hash.slice(1))).toEqual([]);
});

test('68: a link ends after an hour, with a later request, another password, a reset, a barred user, and when the old address objects', async () => {
  const email = anAddress();
  const ends: [string, (ben: TestUser) => Promise<unknown>][] = [
    ['a later request', (ben) => ask(ben, anAddress())],
    [
      'another password',
      (ben) =>
        mutate(ben, 'passwordChange', {
          input: { currentPassword: TEST_PASSWORD, newPassword: 'another good password' },
        }),
    ],
    [
      'a reset',
      async (ben) => {
        await mutate(stranger, 'passwordResetRequest', { input: { email: ben.email } });
        const token = await linkTo(ben.email, 'passwordReset');
        await mutate(stranger, 'passwordReset', { input: { token, newPassword: 'another good password' } });
      },
    ],
    ['a barred user', (ben) => mutate(ada, 'userStatusSet', { id: ben.userId, status: 'LOCKED' })],
    [
      'another address',
      (ben) => mutate(ada, 'userUpdate', { id: ben.userId, input: { email: anAddress() } }),
    ],
    [
      'an objection',
      async (ben) => expect(await withdraw(await linkTo(ben.email, 'emailChangeTold'))).toEqual([]),
    ],
  ];
  for (const [what, end] of ends) {
    const ben = await aUser();
    const token = await linkFor(ben, email);
    await end(ben);
    expect([what, await confirm(token)]).toEqual([what, UNUSABLE]);
    expect([what, await mailsTo(root, email, 'emailChange')]).toEqual([what, []]);
  }
  const late = await linkFor(await aUser(), email);
  await withShiftedClock(61 * MINUTE_MS, async () => expect(await confirm(late)).toEqual(UNUSABLE));
  expect(await confirm(late)).toEqual([]);
});

test('68: of two people who confirm one address at the same moment on two nodes one has it, and a link is good once', async () => {
  const email = anAddress();
  const [ben, eve] = [await aUser(), await aUser(globex)];
  const [first, second] = [await linkFor(ben, email), ''];
  await ask(eve, email);
  const mails = await untilMailed(root, email, 'emailChange', 2);
  const token = mails.map((mail) => tokenIn(mail)).find((one) => one !== first) ?? second;
  const beside = stranger.at(elsewhere);
  const answers = await Promise.all([
    confirm(first),
    confirm(first, beside),
    confirm(token, beside),
    confirm(token),
  ]);
  expect(answers.filter((refused) => refused.length === 0)).toHaveLength(1);
  const emails = [(await addressOf(ben)).email, (await addressOf(eve)).email];
  expect(emails.filter((one) => one === email)).toHaveLength(1);
  expect(await signIn(email)).toEqual([]);
});
