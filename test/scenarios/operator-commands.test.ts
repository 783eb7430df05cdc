import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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

/** The anchors of the headings of a document. */
async function headingsOf(document: string): Promise<string[]> {
  const text = await readFile(new URL(`../../${document}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '').toLowerCase().replaceAll(' ', '-'),
  );
}

/** The output of a command, its errors and its exit code. */
async function outcome(command: string, settings: Record<string, string>, ...options: string[]) {
  const child = programs.start(settings, command, ...options);
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
    complained:
      'There is no command "migrat": the commands are migrate, check and doctor; without one it serves.\n',
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

test('`doctor` reports settings that contradict each other and servers that do not answer, each with its fix, and no password', async () => {
  const DATABASE_URL = 'postgresql://lockstep:open-sesame@127.0.0.1:1/lockstep';
  const contradicting = await outcome('doctor', { DATABASE_URL });
  expect(contradicting.said).toMatch(
    /^FAIL {2}JWT_SECRET must be set.+\n {6}Correct the setting.+ See docs\//m,
  );
  const { said, code } = await outcome('doctor', {
    ...{ JWT_SECRET, DATABASE_URL },
    REDIS_URL: 'redis://:open-sesame@127.0.0.1:1',
  });
  expect(said).toMatch(/^FAIL {2}Cannot connect to PostgreSQL at 127\.0\.0\.1:1/m);
  expect(said).toMatch(/^FAIL {2}Redis of REDIS_URL does not answer/m);
  expect(contradicting.said + said).not.toContain('open-sesame');
  expect([contradicting.code, code]).toEqual([1, 1]);
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

  test('`doctor` finds work that is parked, an invalid index and a misspelt setting, shows no secret and writes nothing', async () => {
    const database = await kept(aDatabase());
    const canary = 'canary-of-a-secret-that-is-long-enough-0123456789';
    const settings = {
      JWT_SECRET: canary,
      DATABASE_URL: database.url,
      REDIS_URL: requireEnv('TEST_REDIS_URL'),
      ADMIN_PASWORD: canary,
    };
    expect(await outcome('doctor', settings)).toMatchObject({
      said: expect.stringMatching(/^OK {4}Every index is valid\.$[\s\S]*^OK {4}0 pieces of work are parked/m),
      complained: '',
      code: 0,
    });
    await runSql(
      database.url,
      `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at, tries, parked_at)
        VALUES (gen_random_uuid(), 'consentExpiry', gen_random_uuid(), gen_random_uuid(), now(), NULL, 3, now());
      CREATE TABLE doctored (id int); CREATE INDEX doctored_id ON doctored (id);
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'doctored_id'::regclass`,
    );

    const { said, code } = await outcome('doctor', settings, '--json');
    const findings: { level: string; sentence: string; fix: string | null; see: string | null }[] =
      JSON.parse(said);
    const troubles = findings.filter(({ level }) => level !== 'OK');
    expect(troubles).toEqual([
      expect.objectContaining({
        level: 'WARN',
        sentence: 'ADMIN_PASWORD is not a setting; ADMIN_PASSWORD is.',
      }),
      expect.objectContaining({ level: 'FAIL', sentence: expect.stringContaining('doctored_id') }),
      expect.objectContaining({ level: 'WARN', see: 'docs/runbook.md#lockstepparkedwork' }),
    ]);
    for (const { fix, see } of troubles) {
      expect(fix).toBeTruthy();
      expect(await headingsOf(see?.split('#')[0] ?? '')).toContain(see?.split('#')[1]);
    }
    expect(code).toBe(1);
    expect(said).not.toContain(canary);
    expect(await readdir(dataDir)).toEqual([]);
  });
});
