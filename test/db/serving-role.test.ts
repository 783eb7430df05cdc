import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/database.ts';
import { PLATFORM_ADMIN } from '../support/app.ts';
import { signIn } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { silentLog } from '../support/silent-log.ts';
import { aDatabase, anEmptyDatabase, type TestDatabase } from '../support/test-database.ts';

const OPTIONS: DatabaseOptions = { dataDir: 'unused', poolSize: 2, statementTimeoutMs: 5_000 };

const FORBIDDEN_STATEMENTS = [
  `UPDATE change SET image = '{}'`,
  'UPDATE change SET seq = 1 WHERE false',
  'DELETE FROM change',
  'TRUNCATE change',
  'UPDATE feed_head SET last_seq = 0',
  'DELETE FROM feed_head',
  'SELECT FROM feed_head FOR UPDATE',
  'SELECT FROM _prisma_migrations',
  'DELETE FROM _prisma_migrations',
  `UPDATE consent_notice SET text = 'another'`,
  'DELETE FROM consent_notice',
  'TRUNCATE consent_notice',
  `UPDATE consent_record SET state = 'GRANTED'`,
  'DELETE FROM consent_record',
  'TRUNCATE consent_record',
  `UPDATE config_setting SET path = 'another'`,
  'DELETE FROM config_setting',
  'UPDATE config_version SET version = 1',
  'DELETE FROM config_version',
  'UPDATE receipt_key SET signs_from = now()',
  'DELETE FROM receipt_key',
  'TRUNCATE receipt_key',
  'ALTER TABLE change DISABLE TRIGGER assign_seq',
  'DROP TABLE change',
];

describeOnPostgres('whoever serves', () => {
  const opened: Database[] = [];
  const logins: string[] = [];
  let home: TestDatabase;

  beforeEach(async () => {
    home = await aDatabase();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await home.drop();
    for (const login of logins.splice(0)) await runSql(server(), `DROP ROLE "${login}"`);
  });

  const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);
  const server = () => process.env.TEST_DATABASE_URL ?? '';

  const open = async (options: Partial<DatabaseOptions> = {}): Promise<Database> => {
    const database = await openDatabase({ ...OPTIONS, url: home.url, ...options });
    opened.push(database);
    return database;
  };

  /** Creates a login without rights, and returns the URL with which it connects to a database. */
  async function aLogin(url: string, attributes = ''): Promise<string> {
    const login = `login_${randomUUID().replaceAll('-', '')}`;
    logins.push(login);
    await runSql(server(), `CREATE ROLE ${login} LOGIN PASSWORD 'a test password' ${attributes}`);
    const changed = new URL(url);
    changed.username = login;
    changed.password = 'a test password';
    return changed.href;
  }

  async function refusals({ queryPool, feedPool }: Database): Promise<unknown[]> {
    const refused: string[] = [];
    for (const sql of FORBIDDEN_STATEMENTS) {
      for (const pool of [queryPool, feedPool]) {
        const outcome = pool.query(sql).then(
          () => `${sql} was run`,
          ({ code }: { code: string }) => code,
        );
        refused.push(await outcome);
      }
    }
    return refused;
  }

  const ALL_REFUSED = FORBIDDEN_STATEMENTS.flatMap(() => ['42501', '42501']);

  test('may neither change nor delete rows of the log, with one login and a role', async () => {
    expect(await refusals(await open())).toEqual(ALL_REFUSED);
  });

  test('may not with a separate login either, and appends to the log with it', async () => {
    const url = await aLogin(home.url);
    const database = await open({ url, ownerUrl: home.url });

    expect(await refusals(database)).toEqual(ALL_REFUSED);
    const { rows } = await database.queryPool.query('SELECT current_user = session_user AS is_login');
    expect(rows).toEqual([{ is_login: true }]);
  });

  test('a server with two logins starts on an empty database, signs users in and accepts their changes', async () => {
    const mine = await anEmptyDatabase();
    const ownerUrl = await aLogin(mine.url);
    await runSql(mine.url, `ALTER DATABASE ${nameOf(mine)} OWNER TO ${logins[0]}`);
    const config = loadConfig({
      PORT: '0',
      DEMO: '0',
      DATABASE_URL: await aLogin(mine.url),
      DATABASE_OWNER_URL: ownerUrl,
      JWT_SECRET: 'a secret for tests that is long enough',
      ADMIN_EMAIL: PLATFORM_ADMIN.email,
      ADMIN_PASSWORD: PLATFORM_ADMIN.password,
    });
    const app = await startApp(config, silentLog);
    const root = new Person(app.url, await signIn(app.url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password));
    const { organizationCreate } = await root.ask(
      'mutation { organizationCreate(input: { name: "Acme", slug: "acme" }) { cursor organization { version } userErrors { message } } }',
    );
    const { verifyAuditChain } = await root.ask('query { verifyAuditChain { isIntact } }');
    await app.stop();
    await mine.drop();

    expect(organizationCreate).toMatchObject({ cursor: expect.any(String), organization: { version: 1 } });
    expect(verifyAuditChain).toEqual({ isIntact: true });
  });

  test('a login that owns the log is refused as the separate login', async () => {
    await expect(open({ ownerUrl: home.url })).rejects.toThrow(
      /^The login of DATABASE_URL, "\w+", may change the change log, because it owns it or is a superuser/,
    );
  });

  test('a login that may not create roles serves as before, and the operator receives advice', async () => {
    const mine = await anEmptyDatabase();
    const url = await aLogin(mine.url);
    await runSql(mine.url, `ALTER DATABASE ${nameOf(mine)} OWNER TO ${logins[0]}`);
    await runSql(mine.url, `ALTER SCHEMA public OWNER TO ${logins[0]}`);
    const warnings: string[] = [];

    const database = await openDatabase({
      ...OPTIONS,
      url,
      onWarning: (sentence) => warnings.push(sentence),
    });

    expect(await database.prisma.feedHead.count()).toBe(1);
    await database.close();
    expect(warnings).toEqual([
      expect.stringMatching(/set DATABASE_OWNER_URL to the login that owns the tables/),
    ]);
    await mine.drop();
  });

  test('options in the URL are kept in addition to the role', async () => {
    const url = `${home.url}?options=${encodeURIComponent('-c statement_timeout=4321')}`;
    const database = await open({ url });
    const { rows } = await database.feedPool.query(
      `SELECT current_user AS role, current_setting('statement_timeout') AS timeout`,
    );
    expect(rows).toEqual([{ role: 'lockstep_server', timeout: '4321ms' }]);
    expect(await refusals(database)).toEqual(ALL_REFUSED);
  });

  test('many servers that start together, on one database and on several, all get the role', async () => {
    const others = await Promise.all([aDatabase(), aDatabase()]);
    const urls = [home, ...others].flatMap(({ url }) => [url, url, url]);
    const databases = await Promise.all(urls.map((url) => open({ url })));

    const refused = await Promise.all(databases.map(refusals));

    expect(refused).toEqual(databases.map(() => ALL_REFUSED));
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await Promise.all(others.map(({ drop }) => drop()));
  });
});
