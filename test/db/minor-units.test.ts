import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../src/db/database.ts';
import { MIGRATIONS_FOLDER } from '../../src/db/migration-files.ts';
import { exactNumber } from '../../src/db/minor-units.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aDatabase } from '../support/test-database.ts';

const ID = '01900000-0000-7000-8000-000000000000';

test.each([0n, 1n, -(2n ** 53n - 1n), 2n ** 53n - 1n])('%p is the same amount as a number', (amount) => {
  expect(BigInt(exactNumber(amount))).toBe(amount);
});

test.each([2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n - 1n])(
  '%p, which no number tells from its neighbours, is refused and not rounded',
  (amount) => {
    expect(() => exactNumber(amount)).toThrow(`The amount ${amount} is beyond 2^53 - 1.`);
  },
);

const OWN = '20261129110345_minor_units';

/** Copies the migrations that are older than the amounts of 64 bits. */
async function olderMigrations(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-older-'));
  const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => /^\d/.test(name) && name < OWN);
  for (const name of names) {
    await cp(path.join(MIGRATIONS_FOLDER, name), path.join(folder, name), { recursive: true });
  }
  return folder;
}

describeOnPostgres('amounts of 64 bits', () => {
  test('keep those of older rows, and take 2^53 - 1 and no more, also where another row shows them', async () => {
    const { url, drop } = await aDatabase();
    const options = { url, dataDir: '', poolSize: 1, statementTimeoutMs: 10_000 };
    const folder = await olderMigrations();
    await (await openDatabase({ ...options, migrationsFolder: folder })).close();
    await rm(folder, { recursive: true });
    await runSql(
      url,
      `INSERT INTO organization (id, slug, name, updated_at) VALUES ('${ID}', 'older', 'Older', now());
       INSERT INTO tenant (id, organization_id, slug, name, updated_at) VALUES ('${ID}', '${ID}', 'older', 'Older', now());
       INSERT INTO plan (id, tenant_id, name, monthly_price_minor, currency, updated_at)
         VALUES ('${ID}', '${ID}', 'Older', 2147483647, 'EUR', now())`,
    );
    const { prisma, close } = await openDatabase(options);
    const look = async () => {
      const { monthlyPriceMinor } = await prisma.plan.findUniqueOrThrow({ where: { id: ID } });
      const [tenant] = await prisma.tenant.findMany({ include: { plans: true } });
      return [monthlyPriceMinor, tenant?.plans[0]?.monthlyPriceMinor];
    };
    expect(await look()).toEqual([2_147_483_647, 2_147_483_647]);
    const write = (amount: string) => runSql(url, `UPDATE plan SET monthly_price_minor = ${amount}`);
    await write('9007199254740991');
    expect(await look()).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
    await expect(write('9007199254740992')).rejects.toThrow('plan_monthly_price_minor_check');
    await expect(write('-1')).rejects.toThrow('plan_monthly_price_minor_check');
    await close();
    await drop();
  });
});
