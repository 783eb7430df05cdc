import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Log } from '../../src/core/process/log.ts';
import { confirmed, shownSecrets } from '../support/authenticator.ts';
import { Installation, TEST_PASSWORD, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';

const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { viewer { id } } }`;

describeOnPostgres('the secrets of authenticators', () => {
  /** All lines of the server's log. */
  const lines: string[] = [];
  const keep = (...what: unknown[]) => lines.push(JSON.stringify(what));
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let tables: TableDump;

  beforeAll(async () => {
    installation = await Installation.start({}, log);
    acme = await installation.aTenant('Acme');
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });
  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  beforeEach(async () => {
    ada = await installation.aUser('CSR', { tenantId: acme.id });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('a sealed secret that was copied from another user admits no sign-in, and the log contains no password and no code', async () => {
    const mallory = await installation.aUser('CSR', { tenantId: acme.id });
    await confirmed(ada);
    const authenticator = await confirmed(mallory);
    await tables.run(
      'UPDATE second_factor SET sealed_secret = (SELECT sealed_secret FROM second_factor WHERE user_id = $1) WHERE user_id = $2',
      [mallory.userId, ada.userId],
    );
    const before = lines.length;
    const input = { email: ada.email, password: TEST_PASSWORD, totp: authenticator.code() };
    const { data, errors } = await installation.stranger().run(SIGN_IN, { input });
    expect({ data, code: errors?.[0]?.extensions.code }).toEqual({
      data: { signIn: null },
      code: 'INTERNAL_SERVER_ERROR',
    });
    const said = lines.slice(before).join();
    expect(said).not.toBe('');
    expect([TEST_PASSWORD, input.totp].filter((secret) => said.includes(`"${secret}"`))).toEqual([]);
  });

  test('no table holds the secret in a readable form, and the change log contains no part of it', async () => {
    await confirmed(ada);
    const readable = await tables.mentioning(
      [...shownSecrets].map((text) => text.replaceAll(/[+/=]/g, '\\$&')),
    );
    const sealed = await tables.run<{ sealed: string }>(
      "SELECT encode(sealed_secret, 'hex') AS sealed FROM second_factor",
    );
    const changes = await tables.run<{ row: string }>('SELECT to_jsonb(c)::text AS row FROM change c');
    const entities = await tables.run(
      "SELECT entity FROM change WHERE entity = 'SecondFactor' OR image ? 'sealedSecret'",
    );
    expect(Object.values(readable).flat()).toEqual([]);
    expect(entities).toEqual([]);
    expect(sealed.length).toBeGreaterThan(0);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter(({ row }) => sealed.some((one) => row.includes(one.sealed)))).toEqual([]);
  });
});
