import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { checkChain } from '../../src/changes/audit-chain.ts';
import { openDatabase } from '../../src/db/database.ts';
import { MIGRATIONS_FOLDER } from '../../src/db/migration-files.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { anEmptyDatabase } from '../support/test-database.ts';

const OPTIONS = { dataDir: 'unused', poolSize: 2, statementTimeoutMs: 5_000 };
const FEED = '00000000-0000-7000-8000-00000000000a';
const [GONE, CSR] = ['00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000b2'];

describeOnPostgres('a log from before it said which actors are staff of the platform', () => {
  test('X: says so of users who are deleted by now, too, and its chain stays whole', async () => {
    const home = await anEmptyDatabase();
    const earlier = await mkdtemp(path.join(tmpdir(), 'lockstep-migrations-'));
    for (const name of (await readdir(MIGRATIONS_FOLDER)).filter((one) => one < '20261129111058'))
      await cp(path.join(MIGRATIONS_FOLDER, name), path.join(earlier, name), { recursive: true });
    const before = await openDatabase({ ...OPTIONS, url: home.url, migrationsFolder: earlier });
    await before.close();
    await runSql(
      home.url,
      `INSERT INTO feed_head (feed) VALUES ('${FEED}');
       INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, actor_kind, actor_id, actor_name)
       VALUES
         ('${FEED}', gen_random_uuid(), 'DELETED', 'User', '${GONE}', 2, '{"role": "PLATFORM_SUPPORT"}', '{}', 'SYSTEM', null, 'Rita'),
         ('${FEED}', gen_random_uuid(), 'CREATED', 'Thing', '${FEED}', 1, '{}', '{}', 'USER', '${GONE}', 'Rita'),
         ('${FEED}', gen_random_uuid(), 'CREATED', 'Thing', '${FEED}', 1, '{}', '{}', 'USER', '${CSR}', 'Carl')`,
    );

    const database = await openDatabase({ ...OPTIONS, url: home.url });
    const changes = await database.prisma.change.findMany({ orderBy: { seq: 'asc' } });
    const chain = await checkChain(database.prisma, FEED, 0);
    await database.close();
    await home.drop();
    await rm(earlier, { recursive: true });

    expect(changes.map(({ actorOfPlatform }) => actorOfPlatform)).toEqual([false, true, false]);
    expect(chain).toMatchObject({ checkedCount: 3, isComplete: true, broken: null });
  });
});
