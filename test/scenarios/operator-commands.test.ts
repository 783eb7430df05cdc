import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Programs } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aDatabase, anEmptyDatabase, requireEnv, type TestDatabase } from '../support/test-database.ts';

let dataDir: string;
let programs: Programs;
const databases: TestDatabase[] = [];
const JWT_SECRET = 'a secret for tests that is long enough';

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-commands-'));
  programs = new Programs(dataDir);
});

afterAll(async () => {
  await programs.killAll();
  for (const database of databases) await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

/** The output of a command, its errors and its exit code. */
async function outcome(command: string, settings: Record<string, string>) {
  const child = programs.start(settings, command);
  const [said, complained] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit'),
  ]);
  return { said, complained, code: child.exitCode };
}

async function kept(database: Promise<TestDatabase>): Promise<TestDatabase> {
  databases.push(await database);
  return database;
}

test('an unknown command ends with 1 and names the commands there are', async () => {
  expect(await outcome('migrat', {})).toEqual({
    said: '',
    complained: 'There is no command "migrat": the commands are migrate and check; without one it serves.\n',
    code: 1,
  });
});

test('`check` of a bad setting names it; without a database it says that the embedded one is used, and makes none', async () => {
  expect(await outcome('check', { PORT: 'eighty' })).toMatchObject({
    complained: expect.stringMatching(/^PORT must be/),
    code: 1,
  });
  const { said, code } = await outcome('check', {});
  expect(said).toMatch(
    /^ok {5}The settings are valid\.\nnote {3}The database is the embedded one .+\nnote {3}There is no REDIS_URL.+\n$/,
  );
  expect(code).toBe(0);
  expect(await readdir(dataDir)).toEqual([]);
});

test('`check` names what refuses the start, ends with 1, and shows no password', async () => {
  const { said, code } = await outcome('check', {
    JWT_SECRET,
    DATABASE_URL: 'postgresql://lockstep:open-sesame@127.0.0.1:1/lockstep',
    REDIS_URL: 'redis://:open-sesame@127.0.0.1:1',
  });
  expect(said).toMatch(/^wrong {2}Cannot connect to PostgreSQL at 127\.0\.0\.1:1/m);
  expect(said).toMatch(/^wrong {2}Redis of REDIS_URL does not accept a write/m);
  expect(said).not.toContain('open-sesame');
  expect(code).toBe(1);
});

describeOnPostgres('on a PostgreSQL', () => {
  test('`check` changes nothing, `migrate` applies every migration, and a second one none', async () => {
    const database = await kept(anEmptyDatabase());
    const settings = { JWT_SECRET, DATABASE_URL: database.url, REDIS_URL: requireEnv('TEST_REDIS_URL') };

    const before = await outcome('check', settings);
    expect(before).toMatchObject({ complained: '', code: 0 });
    expect(before.said).toMatch(
      /^note {3}The next start applies \d+ migrations, from \d+_\w+ to \d+_\w+\.$/m,
    );
    expect(before.said).toMatch(/^ok {5}Redis accepts writes\.$/m);
    // A schema with anything in it cannot be dropped without CASCADE.
    await runSql(database.url, 'DROP SCHEMA public; CREATE SCHEMA public');

    const [first, second] = await Promise.all([outcome('migrate', settings), outcome('migrate', settings)]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect([first.said, second.said].toSorted()).toEqual([
      expect.stringMatching(/^Applied \d+ migrations: /),
      'The database has every migration already.\n',
    ]);

    const after = await outcome('check', settings);
    expect(after.said).toMatch(/^ok {5}The database has every migration\.$/m);
    expect(after.said).toMatch(/^ok {5}The server switches to a role that cannot alter the change log\.$/m);
    expect(after.said).not.toContain('wrong');
  });

  test('`check` refuses a serving login that may alter the change log', async () => {
    const database = await kept(aDatabase());
    const { said, code } = await outcome('check', {
      JWT_SECRET,
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.url,
    });
    expect(said).toMatch(/^wrong {2}The login of DATABASE_URL may alter the change log/m);
    expect(code).toBe(1);
  });
});
