import { expect, jest, test } from '@jest/globals';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Log } from '../../src/core/process/log.ts';
import { confirmed } from '../support/authenticator.ts';
import { signIn, TEST_PASSWORD } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';

const PASSWORD = 'a password for the way back';
const ACCOUNT = '{ viewer { id role } }';
const VERSIONS = `SELECT config_version.version, config_version.paths FROM config_version
  JOIN configuration ON configuration.id = configuration_id WHERE scope = 'PLATFORM' ORDER BY 1`;

const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const old = await installation.aUser('PLATFORM_ADMIN', {});

describeOnPostgres('a start with ADMIN_RESET', () => {
  test('T: lets the operator in again where no administrator can sign in, once, and refuses the address of another user', async () => {
    const { databaseUrl = '', jwtSecret = '' } = installation.app.config;
    const tables = await TableDump.open(databaseUrl);
    const warnings: unknown[] = [];
    const silent = () => {};
    const log: Log = {
      ...{ debug: silent, info: silent, error: silent },
      warn: (about) => warnings.push(about),
    };

    /** Answers of the server to an account that signs in at one that was started with the option. */
    async function afterReset<Answer>(email: string, ask: (who: Person) => Promise<Answer>): Promise<Answer> {
      const given = { DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret, PORT: '0', DEMO: '0' };
      const account = { ADMIN_EMAIL: email, ADMIN_PASSWORD: PASSWORD, ADMIN_RESET: '1' };
      const app = await startApp(loadConfig({ ...given, ...account }), log);
      try {
        return await ask(new Person(app.url, await signIn(app.url, email, PASSWORD)));
      } finally {
        await app.stop();
      }
    }

    const { email } = old;
    const set = [
      { path: 'auth.password.minLength', value: 100 },
      { path: 'auth.session.maxHours', value: 24 },
      { path: 'branding.name', value: 'Stays' },
    ];
    await mutate(old, 'configUpdate', { input: { scope: 'PLATFORM', set } });
    await confirmed(old);
    jest.restoreAllMocks();
    await tables.run(`UPDATE config_setting SET setting = '"a text"' WHERE path = 'auth.session.maxHours'`);
    await tables.run(`UPDATE "user" SET role = 'PLATFORM_SUPPORT', is_active = false, status = 'LOCKED'
      WHERE tenant_id IS NULL AND organization_id IS NULL`);

    const [viewer, versions, token] = await afterReset(email, async (who) => [
      (await who.ask(ACCOUNT)).viewer,
      await tables.run(VERSIONS),
      who.token,
    ]);
    expect(viewer.role).toBe('PLATFORM_ADMIN');
    expect(versions).toContainEqual({
      version: 2,
      paths: ['auth.password.minLength', 'auth.session.maxHours'],
    });
    expect(warnings).toContainEqual({
      unsetPaths: ['auth.password.minLength', 'auth.session.maxHours'],
      isAccountReset: true,
    });
    expect((await old.run(ACCOUNT)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await signIn(installation.app.url, email, TEST_PASSWORD).catch(() => null)).toBeNull();

    const again = await afterReset(email, () => tables.run(VERSIONS));
    expect(again).toEqual(versions);
    expect((await new Person(installation.app.url, token).ask(ACCOUNT)).viewer).toEqual(viewer);
    expect(warnings.at(-1)).toEqual({ unsetPaths: [], isAccountReset: false });

    const created = await afterReset('new@lockstep.test', async (who) => (await who.ask(ACCOUNT)).viewer);
    expect([created.role, created.id === viewer.id]).toEqual(['PLATFORM_ADMIN', false]);
    await expect(afterReset(ada.email, async () => {})).rejects.toThrow(/^ADMIN_EMAIL must be a new address/);
    await tables.close();
  });
});
