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
const FEEDS = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b'];

describeOnPostgres('a log from before it had hashes', () => {
  test('is linked by the migration, in the order of each feed, and later changes continue the chain', async () => {
    const home = await anEmptyDatabase();
    const earlier = await mkdtemp(path.join(tmpdir(), 'lockstep-migrations-'));
    const write = (feed: string, count: number) =>
      runSql(
        home.url,
        `INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, concerns, actor_kind, actor_name)
         SELECT '${feed}', gen_random_uuid(), 'CREATED', 'Thing', gen_random_uuid(), n, '{}', '{}', '{}', 'SYSTEM', 'Ada'
         FROM generate_series(1, ${count}) AS n`,
      );
    const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name < '20261120144932');
    for (const name of names)
      await cp(path.join(MIGRATIONS_FOLDER, name), path.join(earlier, name), { recursive: true });
    const before = await openDatabase({ ...OPTIONS, url: home.url, migrationsFolder: earlier });
    await before.close();
    for (const feed of FEEDS) await runSql(home.url, `INSERT INTO feed_head (feed) VALUES ('${feed}')`);
    for (const feed of [...FEEDS, ...FEEDS]) await write(feed, 3);

    const database = await openDatabase({ ...OPTIONS, url: home.url });
    await write(FEEDS[0] ?? '', 1);
    const found = await Promise.all(FEEDS.map((feed) => checkChain(database.prisma, feed, 0)));

    await database.close();
    await home.drop();
    await rm(earlier, { recursive: true });
    expect(found).toMatchObject([
      { checkedCount: 7, isComplete: true, broken: null },
      { checkedCount: 6, isComplete: true, broken: null },
    ]);
  });
});
