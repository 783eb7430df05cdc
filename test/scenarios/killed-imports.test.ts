import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HeldRow } from '../support/held-row.ts';
import { LoneServers } from '../support/lone-server.ts';
import { mutate } from '../support/mutate.ts';
import { killed } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { importEnd, sendFile } from '../support/sent-file.ts';

const LINES = 700;
const MIDDLE = 300;

describeOnPostgres('an import while the only node is killed', () => {
  let servers: LoneServers;

  beforeAll(async () => {
    servers = await LoneServers.open();
  });

  afterAll(() => servers.close());

  test('A L: another node continues it, each line has one outcome and each customer one change', async () => {
    const first = await servers.start();
    const made = async (name: string, id: string, input: object) =>
      (await mutate(first.root, name, { input }, id))[id];
    const organizationId = await made('organizationCreate', 'organizationId', { name: 'Acme', slug: 'acme' });
    const tenantId = await made('tenantCreate', 'tenantId', { organizationId, name: 'Acme', slug: 'acme' });
    const input = { tenantId, externalId: `C${MIDDLE}`, company: 'Before' };
    const middle = await made('customerCreate', 'customerId', input);

    // The import reaches the middle and no further, however long it takes to kill the node there.
    const held = await HeldRow.of(servers.database.url, 'customer', middle);
    const rows = Array.from({ length: LINES }, (_, index) => `C${index},Alder ${index}`);
    const file = ['externalId,company', ...rows].join('\n');
    const answer = await sendFile(first.root, file, { tenantId });
    await held.untilAwaited(1);
    await killed(first.program);
    const [{ done } = { done: 0 }] = await servers.tables.run<{ done: number }>(
      "SELECT count(*)::int AS done FROM bulk_job_item WHERE status <> 'PENDING'",
    );
    expect([done, done < LINES]).toEqual([MIDDLE, true]);
    await held.release();

    const { root, program } = await servers.start();
    const { job, lines } = await importEnd(root, answer, tenantId);
    expect(job).toMatchObject({ status: 'COMPLETED', total: LINES, succeededCount: LINES });
    expect(lines.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 2));
    expect(lines.filter(({ outcome }) => outcome === 'UPDATED').map(({ targetId }) => targetId)).toEqual([
      middle,
    ]);
    const [counted] = await servers.tables.run(
      `SELECT count(*)::int AS customers, count(DISTINCT external_id)::int AS ids,
        (SELECT count(*)::int FROM change WHERE entity = 'Customer') AS changes,
        (SELECT count(*)::int FROM bulk_job_part) AS parts,
        (SELECT count(*)::int FROM bulk_job_item WHERE input IS NOT NULL) AS kept FROM customer`,
    );
    expect(counted).toEqual({ customers: LINES, ids: LINES, changes: LINES + 1, parts: 0, kept: 0 });
    await killed(program);
  }, 300_000);

  test('A L: a node that is killed while it receives a file leaves no customer and no job', async () => {
    const { root, program } = await servers.start();
    const [{ id: tenantId } = { id: '' }] = await servers.tables.run<{ id: string }>('SELECT id FROM tenant');
    const [before] = await servers.tables.run('SELECT count(*) FROM bulk_job');
    const sending = fetch(`${root.url}/imports/customers?tenantId=${tenantId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${root.token}` },
      body: endless(),
      duplex: 'half',
    } as RequestInit).catch(() => null);
    while ((await servers.tables.run('SELECT FROM bulk_job_part')).length === 0);
    await killed(program);
    expect(await sending).toBeNull();
    const [after] = await servers.tables.run('SELECT count(*) FROM bulk_job');
    expect(after).toEqual(before);
    expect(await servers.tables.run("SELECT FROM customer WHERE external_id LIKE 'E%'")).toEqual([]);
  }, 300_000);
});

/** A file whose end never comes. */
function endless(): ReadableStream<Uint8Array> {
  const rows = Array.from({ length: 1_000 }, (_, index) => `E${index},Elm\n`).join('');
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      if (!isFirst) return new Promise(() => {});
      isFirst = false;
      controller.enqueue(Buffer.from(`externalId,company\n${rows}`));
    },
  });
}
