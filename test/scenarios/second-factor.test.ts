import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Log } from '../../src/core/process/log.ts';
import {
  Authenticator,
  CONFIRM,
  confirmed,
  ENROLL,
  enrolled,
  later,
  shownSecrets,
} from '../support/authenticator.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const ERRORS = 'userErrors { code message path }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { accessToken viewer { id } ${ERRORS} } }`;
const DISABLE = `mutation ($input: TotpDisableInput!) { totpDisable(input: $input) { user { id hasSecondFactor } cursor ${ERRORS} } }`;
const CHANGE_PASSWORD = `mutation ($password: String!) { passwordChange(input: { currentPassword: $password, newPassword: $password }) { ${ERRORS} } }`;
const HAS = 'query ($id: ID!) { user(id: $id) { hasSecondFactor } }';
const UPDATED =
  'subscription ($after: Cursor) { userUpdated(after: $after) { changedFields user { id hasSecondFactor } } }';

const refusal = (code: string, message: string, ...path: string[]) => ({ code, message, path });
const WRONG_SIGN_IN = refusal('INVALID_INPUT', 'The e-mail address or the password is wrong.', 'input');
const NEEDED = refusal('INVALID_INPUT', 'The code of your authenticator is needed.', 'input', 'totp');
const wrongCode = (...path: string[]) =>
  refusal('INVALID_INPUT', 'The code is wrong or was used before: wait for the next one.', ...path);
const wrongPassword = (...path: string[]) =>
  refusal('INVALID_INPUT', 'The current password is wrong.', ...path);

/** All lines of the server's log. */
const lines: string[] = [];
const keep = (...what: unknown[]) => lines.push(JSON.stringify(what));
const log: Log = { debug: keep, info: keep, warn: keep, error: keep };

let ada: TestUser;

const { installation, acme } = await aStage({ acme: {} }, {}, log);

beforeEach(async () => {
  ada = await installation.aUser('CSR', { tenantId: acme.id });
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function signIn(
  user: TestUser,
  proof: { password?: string; totp?: string | null },
): Promise<{ accessToken: string | null; userErrors: object[] }> {
  const { data } = await installation
    .stranger()
    .run(SIGN_IN, { input: { email: user.email, password: TEST_PASSWORD, ...proof } });
  return data.signIn;
}

describe('setting up an authenticator', () => {
  test('a wrong password enrols nothing, and a wrong code confirms nothing', async () => {
    const { data: enrolment } = await ada.run(ENROLL, { password: 'not her password' });
    const { data: unasked } = await ada.run(CONFIRM, { code: '123456' });
    const authenticator = await enrolled(ada);
    const { data: confirmation } = await ada.run(CONFIRM, { code: authenticator.wrongCode() });
    expect({ ...enrolment, unasked: unasked.totpConfirm, ...confirmation }).toEqual({
      totpEnroll: { secret: null, uri: null, userErrors: [wrongPassword('input', 'password')] },
      unasked: {
        user: null,
        cursor: null,
        userErrors: [refusal('INVALID_STATE', 'There is no second factor to confirm: enrol one.')],
      },
      totpConfirm: { user: null, cursor: null, userErrors: [wrongCode('code')] },
    });
    expect((await signIn(ada, {})).userErrors).toEqual([]);
    expect(await ada.ask(HAS, { id: ada.userId })).toEqual({ user: { hasSecondFactor: false } });
  });

  test('a client that is not signed in cannot enrol', async () => {
    const { errors } = await installation.stranger().run(ENROLL, { password: TEST_PASSWORD });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('a second enrolment replaces the first, until one is confirmed', async () => {
    const [first, second] = [await enrolled(ada), await enrolled(ada)];
    const { data: stale } = await ada.run(CONFIRM, { code: first.code() });
    await ada.ask(CONFIRM, { code: second.code() });
    const { data: another } = await ada.run(ENROLL, { password: TEST_PASSWORD });
    later(1);
    const { data: twice } = await ada.run(CONFIRM, { code: second.code() });
    expect({ stale: stale.totpConfirm.userErrors, ...another, twice: twice.totpConfirm.userErrors }).toEqual({
      stale: [wrongCode('code')],
      totpEnroll: {
        secret: null,
        uri: null,
        userErrors: [refusal('INVALID_STATE', 'A second factor is in use: disable it first.')],
      },
      twice: [refusal('INVALID_STATE', 'There is no second factor to confirm: enrol one.')],
    });
  });

  test('the secret comes as text and as an address for a QR code, and both steps are changes of the user', async () => {
    const after = await installation.root.now(acme.id);
    const admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const stream = admin.follow(UPDATED, { after });

    const { totpEnroll } = await ada.ask(ENROLL, { password: TEST_PASSWORD });
    const code = new Authenticator(totpEnroll.secret).code();
    const { totpConfirm } = await ada.ask(CONFIRM, { code: ` ${code.slice(0, 3)} ${code.slice(3)}` });

    const label = `Lockstep:${encodeURIComponent(ada.email)}`;
    expect({ totpEnroll, totpConfirm, events: await stream.take(2) }).toEqual({
      totpEnroll: {
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        uri: `otpauth://totp/${label}?secret=${totpEnroll.secret}&issuer=Lockstep`,
        userErrors: [],
      },
      totpConfirm: {
        user: { id: ada.userId, hasSecondFactor: true, version: 3 },
        cursor: expect.any(String),
        userErrors: [],
      },
      events: [
        { changedFields: ['secondFactorEnrolledAt'], user: { id: ada.userId, hasSecondFactor: false } },
        {
          changedFields: ['hasSecondFactor', 'recoveryCodesMadeAt'],
          user: { id: ada.userId, hasSecondFactor: true },
        },
      ],
    });
  });

  test('viewers that may read permissions see which users have a second factor', async () => {
    await confirmed(ada);
    const colleague = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const seen = await colleague.run(HAS, { id: ada.userId });
    expect(seen.data.user).toEqual({ hasSecondFactor: null });
    expect(seen.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await installation.root.ask(HAS, { id: ada.userId })).toEqual({
      user: { hasSecondFactor: true },
    });
  });
});

describe('signing in with a second factor', () => {
  test('the answer to a wrong password does not reveal a second factor, with or without a code', async () => {
    const authenticator = await confirmed(ada);
    const answers = [
      await signIn(ada, { password: 'not her password' }),
      await signIn(ada, { password: 'not her password', totp: authenticator.wrongCode() }),
      await signIn(ada, { password: 'not her password', totp: authenticator.code() }),
    ];
    expect(answers.map(({ userErrors }) => userErrors)).toEqual(Array(3).fill([WRONG_SIGN_IN]));
  });

  test('a missing code is asked for, a wrong one is refused, and the right one signs in', async () => {
    const authenticator = await confirmed(ada);
    const answers = [
      await signIn(ada, {}),
      await signIn(ada, { totp: null }),
      await signIn(ada, { totp: ' ' }),
      await signIn(ada, { totp: authenticator.wrongCode() }),
      await signIn(ada, { totp: authenticator.code() }),
    ];
    expect(answers.map(({ userErrors }) => userErrors)).toEqual([
      [NEEDED],
      [NEEDED],
      [NEEDED],
      [wrongCode('input', 'totp')],
      [],
    ]);
    expect(answers.map(({ accessToken }) => accessToken !== null)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('a code works once, also for concurrent requests, and also if it was used to confirm', async () => {
    const authenticator = await enrolled(ada);
    const code = authenticator.code();
    await ada.ask(CONFIRM, { code });
    const afterConfirming = await signIn(ada, { totp: code });
    later(1);
    const next = authenticator.code();
    const together = await Promise.all([next, next, next].map((totp) => signIn(ada, { totp })));
    expect(afterConfirming.userErrors).toEqual([wrongCode('input', 'totp')]);
    expect(together.filter(({ accessToken }) => accessToken)).toHaveLength(1);
    expect(together.flatMap(({ userErrors }) => userErrors)).toEqual(
      Array(2).fill(wrongCode('input', 'totp')),
    );
  });

  test('wrong codes lock the account, also if sign-ins without a code come between them', async () => {
    const authenticator = await confirmed(ada);
    for (let guess = 1; guess <= 5; guess += 1) {
      expect((await signIn(ada, {})).userErrors).toEqual([NEEDED]);
      const { userErrors } = await signIn(ada, { totp: authenticator.wrongCode() });
      expect(userErrors).toEqual([wrongCode('input', 'totp')]);
    }
    const input = { email: ada.email, password: TEST_PASSWORD, totp: authenticator.code() };
    const { errors } = await installation.stranger().run(SIGN_IN, { input });
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  });

  test('the code of a user without a second factor is ignored', async () => {
    expect((await signIn(ada, { totp: 'anything' })).userErrors).toEqual([]);
    await enrolled(ada);
    expect((await signIn(ada, { totp: '000000' })).userErrors).toEqual([]);
  });
});

describe('a second factor in use', () => {
  const CHANGE = `mutation ($input: PasswordChangeInput!) { passwordChange(input: $input) { ${ERRORS} } }`;

  test('X: confirming it ends the sessions that were begun without a code, and keeps the one that confirms', async () => {
    const { accessToken } = await signIn(ada, {});
    const elsewhere = new Person(installation.app.url, accessToken);
    await elsewhere.ask('{ viewer { id } }');
    await confirmed(ada);
    expect((await elsewhere.run('{ viewer { id } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await ada.ask('{ viewer { id } }')).viewer.id).toBe(ada.userId);
  });

  test('X: changing the password takes a fresh code', async () => {
    const authenticator = await confirmed(ada);
    const input = { currentPassword: TEST_PASSWORD, newPassword: 'another good password' };
    const change = async (totp?: string) =>
      (await ada.run(CHANGE, { input: { ...input, totp } })).data.passwordChange.userErrors;
    expect([
      await change(),
      await change(authenticator.wrongCode()),
      await change(authenticator.code()),
    ]).toEqual([[NEEDED], [wrongCode('input', 'totp')], []]);
  });
});

describe('disabling the second factor', () => {
  test('it takes the password and a fresh code', async () => {
    const { data: without } = await ada.run(DISABLE, { input: { password: TEST_PASSWORD, code: '123456' } });
    const authenticator = await confirmed(ada);
    const code = authenticator.code();
    const refused = [
      { password: 'not her password', code },
      { password: TEST_PASSWORD, code: authenticator.wrongCode() },
    ];
    const errors: object[] = [...without.totpDisable.userErrors];
    for (const input of refused) {
      const { data } = await ada.run(DISABLE, { input });
      errors.push(...data.totpDisable.userErrors);
    }
    expect(errors).toEqual([
      refusal('INVALID_STATE', 'No second factor is in use.'),
      wrongPassword('input', 'password'),
      wrongCode('input', 'code'),
    ]);
    const { totpDisable } = await ada.ask(DISABLE, { input: { password: TEST_PASSWORD, code } });
    expect(totpDisable).toEqual({
      user: { id: ada.userId, hasSecondFactor: false },
      cursor: expect.any(String),
      userErrors: [],
    });
    expect((await signIn(ada, {})).userErrors).toEqual([]);
  });

  test('a right password does not reset the number of wrong codes, so codes cannot be guessed without end', async () => {
    const authenticator = await confirmed(ada);
    const codes: unknown[] = [];
    for (let guess = 1; guess <= 6; guess += 1) {
      await ada.run(CHANGE_PASSWORD, { password: TEST_PASSWORD });
      const { data, errors } = await ada.run(DISABLE, {
        input: { password: TEST_PASSWORD, code: authenticator.wrongCode() },
      });
      codes.push(errors?.[0]?.extensions.code ?? data.totpDisable.userErrors[0].code);
    }
    expect(codes).toEqual([...Array(5).fill('INVALID_INPUT'), 'RATE_LIMITED']);
  });
});

test('no line of the log contains a secret', () => {
  expect(shownSecrets.size).toBeGreaterThan(0);
  expect(lines.filter((line) => [...shownSecrets].some((secret) => line.includes(secret)))).toEqual([]);
});
