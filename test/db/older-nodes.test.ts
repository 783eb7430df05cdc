import { expect, test } from '@jest/globals';
import { openDatabase } from '../../src/db/database.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aDatabase } from '../support/test-database.ts';

const ID = '01900000-0000-7000-8000-000000000000';

describeOnPostgres('a node of the version before, on the tables of this one', () => {
  test('binds outside identities and deletes a user who has some', async () => {
    const { url, drop } = await aDatabase();
    const { prisma, close } = await openDatabase({
      ...{ url, dataDir: '', poolSize: 1, statementTimeoutMs: 10_000 },
    });
    await runSql(
      url,
      `INSERT INTO "user" (id, name, email, role, updated_at) VALUES ('${ID}', 'Ben', 'ben@lockstep.test', 'PLATFORM_ADMIN', now());
       INSERT INTO outside_identity (issuer, subject, user_id) VALUES ('https://id.test', 'one', '${ID}')`,
    );
    const { id, version, signOuts } = await prisma.outsideIdentity.findFirstOrThrow();
    expect({ id, version, signOuts }).toEqual({ id: expect.any(String), version: 1, signOuts: 0 });
    await runSql(url, `DELETE FROM "user" WHERE id = '${ID}'`);
    expect(await prisma.outsideIdentity.count()).toBe(0);
    await close();
    await drop();
  });
});
