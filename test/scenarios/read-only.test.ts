import { expect, test } from '@jest/globals';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';

const { installation } = await aStage({});
const { url, config } = installation.app;

describeOnPostgres('a database that becomes read-only', () => {
  test('makes the server unready, and readiness names it', async () => {
    const database = config.databaseUrl ?? '';
    const name = new URL(database).pathname.slice(1);
    await runSql(database, `ALTER DATABASE ${name} SET default_transaction_read_only TO on`);
    const server = process.env.TEST_DATABASE_URL ?? '';
    await runSql(
      server,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
    );
    let answer = await readiness();
    while (answer.parts.database === 'down') answer = await readiness();
    await runSql(server, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
    expect(answer).toMatchObject({ code: 503, status: 'unready', parts: { database: 'read-only' } });
  });
});

async function readiness() {
  const response = await fetch(`${url}/health/ready`);
  const body = (await response.json()) as { status: string; parts: { database: string } };
  return { code: response.status, ...body };
}
