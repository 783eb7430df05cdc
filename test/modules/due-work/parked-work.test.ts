import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStage } from '../../support/stage.ts';
import { TableDump } from '../../support/table-dump.ts';

const PARKED = '{ parkedWork { kind subjectId lastError parkedAt } }';
const RETRY = 'mutation { parkedWorkRetry { retriedCount cursor userErrors { message } } }';
const SUBJECT = crypto.randomUUID();

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

describeOnPostgres('parked work', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });

  afterAll(() => tables.close());

  beforeEach(async () => {
    await tables.run('DELETE FROM due_work');
    // No room has this kind, so no node of this test does it.
    await tables.run(
      `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at, tries, last_error, parked_at)
       VALUES ($1, 'unknown', $1, $2, now(), NULL, 3, 'RangeError', now())`,
      [SUBJECT, acme.id],
    );
  });

  test('is for the platform alone: its admins retry it, its support reads it, and staff of tenants does neither', async () => {
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    const codesOf = async (person: typeof ada, document: string) =>
      ((await person.run(document)).errors ?? []).map(({ extensions }) => extensions.code);
    expect(await codesOf(ada, PARKED)).toEqual(['FORBIDDEN']);
    expect(await codesOf(ada, RETRY)).toEqual(['FORBIDDEN']);
    expect(await codesOf(support, RETRY)).toEqual(['FORBIDDEN']);
    expect(await codesOf(support, PARKED)).toEqual([]);
  });

  test('is listed with its reason, and a retry schedules it with three tries', async () => {
    const { root } = installation;
    expect(await root.ask(PARKED)).toMatchObject({
      parkedWork: [
        { kind: 'unknown', subjectId: SUBJECT, lastError: 'RangeError', parkedAt: expect.any(String) },
      ],
    });
    expect(await root.ask(RETRY)).toEqual({
      parkedWorkRetry: { retriedCount: 1, cursor: null, userErrors: [] },
    });
    expect(await root.ask(PARKED)).toEqual({ parkedWork: [] });
    const rows = await tables.run('SELECT tries, parked_at, try_at <= now() AS is_ready FROM due_work');
    expect(rows).toEqual([{ tries: 0, parked_at: null, is_ready: true }]);
    expect(await root.ask(RETRY)).toMatchObject({ parkedWorkRetry: { retriedCount: 0 } });
  });
});
