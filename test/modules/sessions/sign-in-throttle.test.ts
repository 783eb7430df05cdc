import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../../src/core/process/clock.ts';
import { EventSource } from '../../support/event-source.ts';
import { TEST_PASSWORD, type TestUser } from '../../support/installation.ts';
import type { Answer } from '../../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../../support/shared-redis.ts';
import { aStage } from '../../support/stage.ts';
import { Wire } from '../../support/wire.ts';

const HERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.7';
const WRONG = 'not the password';

const SIGN_IN =
  'mutation ($email: String!, $password: String!) { signIn(input: { email: $email, password: $password }) { accessToken userErrors { code } } }';
const CHANGE =
  'mutation ($input: PasswordChangeInput!) { passwordChange(input: $input) { userErrors { code } } }';

const { installation, acme } = await aStage({ acme: {} }, { TRUSTED_PROXIES: '1' });
const { url } = installation.app;

let ada: TestUser;

beforeEach(async () => {
  ada = await installation.aUser('CSR', { tenantId: acme.id });
  stopClock();
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Stops the server's clock, some seconds from now. */
function stopClock(seconds = 0): void {
  const now = new Date(systemClock.now().getTime() + seconds * 1_000);
  jest.spyOn(systemClock, 'now').mockReturnValue(now);
}

interface Attempt {
  readonly password?: string;
  readonly from?: string;
  readonly at?: string;
}

async function attempt(
  email: string,
  { password = TEST_PASSWORD, from = HERE, at = url }: Attempt = {},
): Promise<{ status: number; retryAfter: string | null; answer: Answer }> {
  const response = await fetch(`${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ query: SIGN_IN, variables: { email, password } }),
  });
  const answer = (await response.json()) as Answer;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), answer };
}

/** The outcome of an attempt: in, wrong, or the seconds to wait. */
async function outcome(email: string, options: Attempt = {}): Promise<'in' | 'wrong' | number> {
  const { answer } = await attempt(email, options);
  const [error] = answer.errors ?? [];
  if (error) return (error.extensions as unknown as { retryAfter: number }).retryAfter;
  return answer.data.signIn.accessToken ? 'in' : 'wrong';
}

async function fail(email: string, times: number, options: Attempt = {}): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    expect(await outcome(email, { password: WRONG, ...options })).toBe('wrong');
  }
}

test('right passwords are no attempts to guess: many sign-ins of one account, and of one network, succeed together', async () => {
  const users = await Promise.all(
    Array.from({ length: 6 }, () => installation.aUser('CSR', { tenantId: acme.id })),
  );
  const addresses = users.flatMap(({ email }) => Array.from({ length: 10 }, () => email));
  const outcomes = await Promise.all(addresses.map((email) => outcome(email)));
  expect(new Set(outcomes)).toEqual(new Set(['in']));
});

test('wrong passwords that arrive together are all counted', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => outcome(ada.email, { password: WRONG })),
  );
  expect(outcomes.filter((one) => one === 'wrong')).toHaveLength(5);
});

test('guesses of a stranger, from however many networks, do not keep an owner out who has signed in from its network', async () => {
  expect(await outcome(ada.email)).toBe('in');
  await fail(ada.email, 5, { from: ELSEWHERE });
  expect(await outcome(ada.email, { from: ELSEWHERE })).toBe(1);
  expect(await outcome(ada.email)).toBe('in');
  // A new network of the owner has an allowance of its own, too.
  expect(await outcome(ada.email, { from: '203.0.113.1' })).toBe('in');
  for (let network = 1; network <= 19; network += 1) {
    await fail(ada.email, 5, { from: `198.18.${network}.1` });
  }
  expect(await outcome(ada.email, { from: '198.18.20.1' })).toBe(1);
  expect(await outcome(ada.email)).toBe('in');
});

test('guesses slow down, second by second, before they are shut out until the window of 15 minutes ends', async () => {
  await fail(ada.email, 5);
  const pauses: unknown[] = [];
  let passed = 0;
  for (let failures = 5; failures < 20; failures += 1) {
    const pause = await outcome(ada.email, { password: WRONG });
    pauses.push(pause);
    passed += Number(pause);
    stopClock(Number(pause));
    await fail(ada.email, 1);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, ...Array(9).fill(60)]);
  expect(await outcome(ada.email)).toBe(15 * 60 - passed);
  stopClock(15 * 60 - passed);
  expect(await outcome(ada.email)).toBe('in');
});

test('a right password takes nothing back, so no one who shares a counter can reset it', async () => {
  const bob = await installation.aUser('CSR', { tenantId: acme.id });
  await fail(ada.email, 4);
  expect([await outcome(ada.email), await outcome(bob.email)]).toEqual(['in', 'in']);
  await fail(ada.email, 1);
  expect([await outcome(ada.email), await outcome(bob.email)]).toEqual([1, 'in']);
});

test('a network that fails with fifty accounts waits; users who have signed in from there, and other networks, do not', async () => {
  const from = '192.0.2.77';
  const bob = await installation.aUser('CSR', { tenantId: acme.id });
  expect(await outcome(ada.email, { from })).toBe('in');
  const strangers = Array.from({ length: 50 }, (_, at) => `unknown-${at}@lockstep.test`);
  for (const email of strangers) await fail(email, 1, { from });
  expect({
    unknown: await outcome('one-more@lockstep.test', { from }),
    firstTime: await outcome(bob.email, { from }),
    known: await outcome(ada.email, { from }),
    elsewhere: await outcome(bob.email, { from: ELSEWHERE }),
  }).toEqual({ unknown: 1, firstTime: 1, known: 'in', elsewhere: 'in' });
});

test('X: guesses that arrive together at many accounts from a network that waits are checked one at a time', async () => {
  const from = '192.0.2.78';
  for (let number = 0; number < 50; number += 1) await fail(`nobody-${number}@lockstep.test`, 1, { from });
  stopClock(2);
  const together = Array.from({ length: 10 }, (_, at) =>
    outcome(`together-${at}@lockstep.test`, { password: WRONG, from }),
  );
  expect((await Promise.all(together)).filter((one) => one === 'wrong')).toHaveLength(1);
});

test('the refusal is 429 with Retry-After over HTTP, and says the seconds over HTTP, event streams and sockets', async () => {
  await fail(ada.email, 5);
  const refused = await attempt(ada.email);
  const extensions = {
    code: 'RATE_LIMITED',
    retryAfter: 1,
    rule: expect.any(String),
    params: expect.any(Object),
    requestId: expect.any(String),
  };
  const error = expect.objectContaining({
    message: 'Too many failed attempts: wait 1 s.',
    path: ['signIn'],
    extensions,
  });
  expect(refused).toEqual({
    status: 429,
    retryAfter: '1',
    answer: expect.objectContaining({ errors: [error] }),
  });

  // Neither comes through the proxy, so both are of one other network.
  const variables = { email: ada.email, password: WRONG };
  for (let time = 1; time <= 5; time += 1) await installation.stranger().run(SIGN_IN, variables);
  const stream = await EventSource.open(url, null, { query: SIGN_IN, variables });
  expect([stream.response.status, stream.response.headers.get('retry-after')]).toEqual([429, '1']);
  expect((await stream.next()).result).toEqual(expect.objectContaining({ errors: [error] }));
  const wire = await Wire.open(url);
  wire.send({ type: 'connection_init' });
  await wire.next();
  wire.subscribe('1', SIGN_IN, variables);
  expect((await wire.next()).payload).toEqual(expect.objectContaining({ errors: [error] }));
  await wire.close();
});

test('the current password can be proved by many requests together, and guessed as slowly as at signing in', async () => {
  const change = async (currentPassword: string) => {
    const { data, errors } = await ada.run(CHANGE, {
      input: { currentPassword, newPassword: TEST_PASSWORD },
    });
    return errors?.[0]?.extensions.code ?? data.passwordChange.userErrors[0]?.code ?? 'done';
  };
  const atOnce = await Promise.all(Array.from({ length: 8 }, () => change(TEST_PASSWORD)));
  expect(atOnce).not.toContain('RATE_LIMITED');
  const guesses: unknown[] = [];
  for (let guess = 1; guess <= 6; guess += 1) guesses.push(await change(WRONG));
  expect(guesses).toEqual([...Array(5).fill('INVALID_INPUT'), 'RATE_LIMITED']);
});

describeOnPostgres('two nodes', () => {
  describeOnRedis('that share a Redis', () => {
    test('count the same failures', async () => {
      const [one, other] = [
        await installation.anotherNode(SETTINGS),
        await installation.anotherNode(SETTINGS),
      ];
      await Promise.all([one, other].map(untilRedisIsUp));
      await fail(ada.email, 3, { at: one.url });
      await fail(ada.email, 2, { at: other.url });
      expect(await outcome(ada.email, { at: one.url })).toBe(1);
      expect(await outcome(ada.email, { at: other.url, from: ELSEWHERE })).toBe('in');
    });
  });
});

const SETTINGS = { ...SHARED_REDIS, TRUSTED_PROXIES: '1' };
