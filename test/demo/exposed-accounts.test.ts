import { beforeAll, expect, test } from '@jest/globals';
import { hashPassword } from '../../src/modules/sessions/passwords.ts';
import { DEMO_DOMAIN, DEMO_PASSWORD } from '../../src/modules/users/people.demo.ts';
import { aNodeBeside } from '../support/app.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';

const EXPOSED = { HOST: '0.0.0.0', DRAIN_NOTICE_MS: '0' };
const REFUSAL =
  /^DEMO_PUBLIC must be 1 when HOST is not a loopback address and the database has demo accounts/;

const { installation, ada, bob } = await aStage({ acme: { ada: 'TENANT_ADMIN', bob: 'CSR' } });

describeOnPostgres('a database with demo accounts, which a start on a loopback address has left', () => {
  const run = (sql: string) => runSql(installation.app.config.databaseUrl ?? '', sql);
  const start = async (settings: Record<string, string>) =>
    (await aNodeBeside(installation.app, settings)).stop();
  /** Gives users one password with one hash, as the demo data does. */
  const setPassword = async (password: string, ...users: { readonly userId: string }[]) => {
    const ids = users.map(({ userId }) => `'${userId}'`).join();
    await run(
      `UPDATE credential SET password_hash = '${await hashPassword(password)}' WHERE user_id IN (${ids})`,
    );
  };

  beforeAll(async () => {
    for (const { userId } of [ada, bob]) {
      await run(`UPDATE "user" SET email = '${userId}@acme.${DEMO_DOMAIN}' WHERE id = '${userId}'`);
    }
  });

  test('14: is not served on an address that other machines reach, unless the operator asks for it', async () => {
    await setPassword(DEMO_PASSWORD, ada, bob);
    await expect(start(EXPOSED)).rejects.toThrow(REFUSAL);
    await start({ ...EXPOSED, DEMO_PUBLIC: '1' });
    await start({});
  });

  test('14: is served there once its accounts have other passwords', async () => {
    await setPassword('a password of the operator', ada, bob);
    await start(EXPOSED);
  });

  test('14: is served there although a user has made an account with such an address and password', async () => {
    for (const user of [ada, bob]) await setPassword(DEMO_PASSWORD, user);
    await start(EXPOSED);
  });
});
