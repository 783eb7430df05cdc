import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/db/database.ts';
import { MIGRATIONS_FOLDER } from '../../../src/db/migration-files.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { runSql } from '../../support/servers/run-sql.ts';
import { anEmptyDatabase } from '../../support/test-database.ts';

const OPTIONS = { dataDir: 'unused', poolSize: 2, statementTimeoutMs: 5_000 };
const PLATFORM = '00000000-0000-7000-8000-000000000000';
const [ROOT, ACCOUNT] = ['00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000b2'];

/** Tokens by their user, the days since they were made and until they end, and whether they are revoked. */
const TOKENS: Readonly<
  Record<string, readonly [user: string, age: number, left: number, revoked?: 'now()']>
> = {
  '00000000-0000-7000-8000-0000000000c1': [ROOT, 100, 30],
  '00000000-0000-7000-8000-0000000000c2': [ROOT, 100, 10],
  '00000000-0000-7000-8000-0000000000c3': [ROOT, 1, 10],
  '00000000-0000-7000-8000-0000000000c4': [ROOT, 1, 1],
  '00000000-0000-7000-8000-0000000000c5': [ROOT, 100, -1],
  '00000000-0000-7000-8000-0000000000c6': [ROOT, 100, 30, 'now()'],
  '00000000-0000-7000-8000-0000000000c7': [ACCOUNT, 100, 30],
};
const [LONG, SOON, SHORT, , , , OF_ACCOUNT] = Object.keys(TOKENS) as [string, ...string[]];

describeOnPostgres('tokens from before they warned', () => {
  test('know their makers, and are scheduled to warn unless they are revoked, ended, or were made later than the warning', async () => {
    const home = await anEmptyDatabase();
    const earlier = await mkdtemp(path.join(tmpdir(), 'lockstep-migrations-'));
    const all = await readdir(MIGRATIONS_FOLDER);
    const own = all.find((name) => name.endsWith('_token_warnings')) ?? '';
    for (const name of all.filter((one) => one < own))
      await cp(path.join(MIGRATIONS_FOLDER, name), path.join(earlier, name), { recursive: true });
    await (await openDatabase({ ...OPTIONS, url: home.url, migrationsFolder: earlier })).close();
    const rows = Object.entries(TOKENS).map(
      ([id, [user, age, left, revoked = 'null']]) =>
        `('${id}', '${user}', 'A sync', now() + interval '${left} days', now() - interval '${age} days', now(), ${revoked})`,
    );
    await runSql(
      home.url,
      `INSERT INTO "user" (id, name, email, role, is_service_account, updated_at) VALUES
         ('${ROOT}', 'Rita', 'rita@lockstep.test', 'PLATFORM_ADMIN', false, now()),
         ('${ACCOUNT}', 'A service', 'service@lockstep.test', 'PLATFORM_SUPPORT', true, now());
       INSERT INTO api_token (id, user_id, name, expires_at, created_at, updated_at, revoked_at) VALUES ${rows};
       INSERT INTO feed_head (feed) VALUES ('${PLATFORM}') ON CONFLICT DO NOTHING;
       INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, actor_kind, actor_id, actor_name)
       VALUES ('${PLATFORM}', gen_random_uuid(), 'CREATED', 'ApiToken', '${OF_ACCOUNT}', 1, '{}', '{}', 'USER', '${ROOT}', 'Rita')`,
    );

    const database = await openDatabase({ ...OPTIONS, url: home.url });
    const { prisma } = database;
    const tokens = await prisma.apiToken.findMany();
    const due = await prisma.dueWork.findMany({
      where: { kind: 'apiTokenWarning' },
      orderBy: { subjectId: 'asc' },
    });
    await database.close();
    await home.drop();
    await rm(earlier, { recursive: true });

    expect(tokens.map(({ makerId }) => makerId)).toEqual(tokens.map(() => ROOT));
    const endOf = new Map(tokens.map(({ id, expiresAt }) => [id, expiresAt.getTime()]));
    const daysBefore = ({ subjectId, dueAt }: (typeof due)[number]) =>
      ((endOf.get(subjectId) ?? 0) - dueAt.getTime()) / 86_400_000;
    expect(due.map((one) => [one.subjectId, one.feed, daysBefore(one)])).toEqual([
      [LONG, PLATFORM, 14],
      [SOON, PLATFORM, 14],
      [SHORT, PLATFORM, 3],
      [OF_ACCOUNT, PLATFORM, 14],
    ]);
  });
});
