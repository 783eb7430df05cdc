import { expect, test } from '@jest/globals';
import { openDatabase } from '../../src/db/database.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aDatabase } from '../support/test-database.ts';

const MOMENT = new Date('2026-07-01T12:00:00.000Z');
const ID = '018f0000-0000-7000-8000-000000000001';

describeOnPostgres('a database whose sessions begin in another time zone than UTC', () => {
  test.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])(
    'stores, reads and compares the same instants, by whatever pool: %s',
    async (zone) => {
      const { url, drop } = await aDatabase();
      await runSql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone TO '${zone}'`);
      const database = await openDatabase({ url, dataDir: '', poolSize: 2, statementTimeoutMs: 10_000 });
      const { prisma, identityPrisma, feedPool, identityPool } = database;
      await prisma.organization.create({
        data: { id: ID, name: 'Acme', slug: 'acme', createdAt: MOMENT, updatedAt: MOMENT },
      });
      for (const reader of [prisma, identityPrisma]) {
        const row = await reader.organization.findFirstOrThrow({ where: { createdAt: { equals: MOMENT } } });
        expect(row.createdAt).toEqual(MOMENT);
      }
      for (const pool of [feedPool, identityPool]) {
        const { rows } = await pool.query('SELECT created_at FROM organization WHERE created_at = $1', [
          MOMENT,
        ]);
        expect(rows).toEqual([{ created_at: MOMENT }]);
      }
      const [now] = await prisma.$queryRaw<{ now: Date }[]>`SELECT now()`;
      expect(Math.abs(Number(now?.now) - Date.now())).toBeLessThan(60_000);
      await database.close();
      await drop();
    },
  );
});
