import { afterEach, expect, jest, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { Authenticator, later } from '../support/authenticator.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { untilMailed } from '../support/kept-mail.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';
import { Wire } from '../support/wire.ts';

const { installation, acme, ada, sam, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' }, globex: { gil: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { root } = installation;
const elsewhere = await installation.anotherNode();

afterEach(() => {
  jest.restoreAllMocks();
});

const WRONG = [{ code: 'INVALID_INPUT', path: ['input', 'totp'] }];
const LEFT = '{ viewer { recoveryCodesLeft } }';
const LOG = `query ($id: ID!) { auditLog(first: 1, filter: { entityId: { equals: $id }, action: { equals: UPDATED } }) {
  nodes { changedFields actor { id } } } }`;

const signIn = (email: string, totp?: string, by: Person = installation.stranger()) =>
  refusals(by, 'signIn', { input: { email, password: TEST_PASSWORD, totp } });
/** Reads rows beside the server. */
async function rowsOf<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const tables = await TableDump.open(installation.app.config.databaseUrl);
  try {
    return await tables.run<Row>(sql, values);
  } finally {
    await tables.close();
  }
}

const leftOf = async (who: Person) => (await who.ask(LEFT)).viewer.recoveryCodesLeft;

interface WithFactor {
  readonly user: TestUser;
  readonly authenticator: Authenticator;
  readonly recoveryCodes: readonly string[];
}

/** A user with a second factor in use. */
async function withFactor(role: 'CSR' | 'TENANT_ADMIN' = 'CSR'): Promise<WithFactor> {
  const user = await installation.aUser(role, { tenantId: acme.id });
  const { secret } = await mutate(user, 'totpEnroll', { input: { password: TEST_PASSWORD } }, 'secret');
  const authenticator = new Authenticator(secret);
  const code = authenticator.code();
  const { recoveryCodes } = await mutate(user, 'totpConfirm', { code }, 'recoveryCodes');
  later(1);
  return { user, authenticator, recoveryCodes };
}

test('68: a recovery code stands for one code of the authenticator, once, in either spelling and on every node', async () => {
  const { user, recoveryCodes } = await withFactor();
  expect(new Set(recoveryCodes).size).toBe(10);
  for (const code of recoveryCodes) expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  const [one = '', two = '', three = ''] = recoveryCodes;
  expect(await leftOf(user)).toBe(10);
  expect(await signIn(user.email, one)).toEqual([]);
  expect(await signIn(user.email, one)).toMatchObject(WRONG);
  expect(await signIn(user.email, two.replaceAll('-', '').toUpperCase())).toEqual([]);
  const nodes = [installation.stranger(), installation.stranger().at(elsewhere)];
  const both = await Promise.all(nodes.map((node) => signIn(user.email, three, node)));
  expect(both.map((refused) => refused.length).toSorted()).toEqual([0, 1]);
  expect(await leftOf(user)).toBe(7);
  const { user: other, recoveryCodes: ofOther } = await withFactor();
  expect(await signIn(user.email, ofOther[0])).toMatchObject(WRONG);
  expect(await leftOf(other)).toBe(10);
});

test('68: the use of a recovery code reaches its person by e-mail, and the audit log; only the person reads how many are left', async () => {
  const { user, recoveryCodes } = await withFactor();
  expect(await signIn(user.email, recoveryCodes[0])).toEqual([]);
  const [mail] = await untilMailed(root, user.email, 'recoveryCodeUsed');
  expect(mail?.text).toContain('Codes left: 9.');
  const { nodes } = (await ada.ask(LOG, { id: user.userId })).auditLog;
  expect(nodes).toEqual([{ changedFields: ['recoveryCodeUsedAt'], actor: { id: user.userId } }]);
  expect((await sam.ask(LOG, { id: user.userId })).auditLog.nodes).toMatchObject([{ changedFields: [] }]);
  const { client } = await anApiToken(ada, installation.app.url, ['users:read']);
  expect((await client.run(LEFT)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await leftOf(ada)).toBe(0);
  const [row] = await rowsOf<{ stored: string }>(
    `SELECT concat((SELECT string_agg(recovery_code::text, '') FROM recovery_code), (SELECT string_agg(change::text, '') FROM change), (SELECT string_agg(mail_message::text, '') FROM mail_message)) AS stored`,
  );
  for (const code of recoveryCodes) {
    expect(row?.stored).not.toContain(code);
    expect(row?.stored).not.toContain(code.replaceAll('-', ''));
  }
});

test('68: new recovery codes need the password and a code, end all earlier ones, and end with the second factor', async () => {
  const { user, authenticator, recoveryCodes } = await withFactor();
  const [old = '', next = ''] = recoveryCodes;
  const make = (input: object) => refusals(user, 'recoveryCodesCreate', { input });
  expect(await make({ password: 'not hers', code: authenticator.code() })).toMatchObject([
    { path: ['input', 'password'] },
  ]);
  expect(await make({ password: TEST_PASSWORD, code: authenticator.wrongCode() })).toMatchObject([
    { path: ['input', 'code'] },
  ]);
  expect(
    await refusals(ada, 'recoveryCodesCreate', { input: { password: TEST_PASSWORD, code: 'a' } }),
  ).toMatchObject([{ code: 'INVALID_STATE' }]);
  const input = { password: TEST_PASSWORD, code: next };
  const made = await mutate(user, 'recoveryCodesCreate', { input }, 'recoveryCodes');
  expect(new Set([...made.recoveryCodes, ...recoveryCodes]).size).toBe(20);
  expect(await signIn(user.email, old)).toMatchObject(WRONG);
  expect(await leftOf(user)).toBe(10);
  const off = { password: TEST_PASSWORD, code: made.recoveryCodes[0] };
  expect(await refusals(user, 'totpDisable', { input: off })).toEqual([]);
  expect([await leftOf(user), await signIn(user.email)]).toEqual([0, []]);
});

test('68: wrong recovery codes have to wait like wrong codes, with which they are counted', async () => {
  const { user, authenticator, recoveryCodes } = await withFactor();
  const answers: unknown[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const wrong = attempt % 2 === 0 ? 'aaaa-bbbb-cccc-dddd' : authenticator.wrongCode();
    answers.push(...(await signIn(user.email, wrong)));
  }
  expect(answers).toMatchObject(Array(5).fill(WRONG[0]));
  expect(await signIn(user.email, recoveryCodes[0])).toMatchObject([{ code: 'RATE_LIMITED' }]);
});

test('68: the first code of a required authenticator gives recovery codes at the sign-in', async () => {
  const initech = await installation.aTenant('Initech');
  const { email } = await installation.aUser('CSR', { tenantId: initech.id });
  const set = [{ path: 'auth.secondFactor.required', value: true }];
  await mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId: initech.id, set } });
  const stranger = installation.stranger();
  const input = { email, password: TEST_PASSWORD };
  const { secret } = await mutate(stranger, 'signInEnroll', { input }, 'secret');
  const totp = new Authenticator(secret).code();
  const given = await mutate(stranger, 'signIn', { input: { ...input, totp } }, 'recoveryCodes');
  expect(given.recoveryCodes).toHaveLength(10);
  later(1);
  const again = { ...input, totp: given.recoveryCodes[0] };
  const second = await mutate(installation.stranger(), 'signIn', { input: again }, 'recoveryCodes');
  expect(second.recoveryCodes).toBeNull();
});

test('68: an administrator resets the second factor of a user below it, and of no other', async () => {
  const { user } = await withFactor();
  const own = await withFactor('TENANT_ADMIN');
  const reset = (who: Person, id: string) => refusals(who, 'userSecondFactorReset', { id });
  expect(await reset(own.user, own.user.userId)).toMatchObject([
    {
      code: 'FORBIDDEN_CHANGE',
      message: 'You may not reset your own second factor: remove it with `totpDisable`.',
    },
  ]);
  expect(await reset(gil, user.userId)).toEqual(await reset(gil, crypto.randomUUID()));
  expect(await reset(gil, user.userId)).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(await reset(sam, user.userId)).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect(await reset(ada, sam.userId)).toMatchObject([{ code: 'INVALID_STATE' }]);
  await mutate(root, 'userUpdate', { id: user.userId, input: { permissions: ['tenants:write'] } });
  expect(await reset(ada, user.userId)).toMatchObject([{ code: 'FORBIDDEN_CHANGE', path: ['id'] }]);
  expect(await signIn(user.email)).toMatchObject(WRONG);
});

test('68: a reset ends the second factor, its recovery codes and every session of the user on every node, tells the person, and is in the audit log', async () => {
  const { user, recoveryCodes } = await withFactor();
  const wire = await Wire.signedIn(elsewhere.url, String(user.token));
  const args = { id: user.userId, idempotencyKey: crypto.randomUUID() };
  const done = await mutate(ada, 'userSecondFactorReset', args, 'cursor user { hasSecondFactor }');
  expect(done).toMatchObject({ user: { hasSecondFactor: false } });
  expect((await mutate(ada, 'userSecondFactorReset', args)).cursor).toBe(done.cursor);
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  expect((await user.run('{ users { totalCount } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await untilMailed(root, user.email, 'secondFactorReset')).toHaveLength(1);
  const { nodes } = (await ada.ask(LOG, { id: user.userId })).auditLog;
  expect(nodes).toEqual([
    { changedFields: ['hasSecondFactor', 'secondFactorResetAt'], actor: { id: ada.userId } },
  ]);
  expect(await signIn(user.email)).toEqual([]);
  const [left] = await rowsOf<{ count: number }>(
    'SELECT count(*)::int AS count FROM recovery_code WHERE user_id = $1',
    [user.userId],
  );
  expect([left?.count, recoveryCodes.length]).toEqual([0, 10]);
});
