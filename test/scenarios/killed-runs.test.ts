import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_FEED } from '../../src/core/feeds/feed.ts';
import { PLATFORM_ADMIN } from '../support/app.ts';
import { HeldRow } from '../support/held-row.ts';
import { signIn } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { killed, listening, Programs } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';
import { aDatabase, type TestDatabase } from '../support/test-database.ts';

const COMPLETED = `subscription ($after: Cursor) { syncRunCompleted(after: $after) {
  syncRun { id total succeededCount } } }`;
const CHANGED = `subscription ($after: Cursor) { syncRunChanged(after: $after) { __typename
  ... on SyncRunEvent { syncRun { id status } } } }`;
const NOW = '{ syncRuns(first: 1) { feedCursor nodes { id } } syncHealth { total succeeded } }';
const TENANTS = 30;

describeOnPostgres('a run while the only node is killed', () => {
  let database: TestDatabase;
  let tables: TableDump;
  let dataDir: string;
  let programs: Programs;
  let token: string | undefined;

  beforeAll(async () => {
    database = await aDatabase();
    tables = await TableDump.open(database.url);
    dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-runs-'));
    programs = new Programs(dataDir);
  });

  afterAll(async () => {
    await programs.killAll();
    await tables.close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Starts a server, the only one, and gives it with a client of it. */
  async function aServer() {
    const program = programs.start({
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests that is long enough',
      ADMIN_EMAIL: PLATFORM_ADMIN.email,
      ADMIN_PASSWORD: PLATFORM_ADMIN.password,
      QUERY_TIMEOUT_MS: '60000',
      WS_INIT_TIMEOUT_MS: '60000',
    });
    const url = await listening(program);
    token ??= await signIn(url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password);
    return { program, root: new Person(url, token) };
  }

  type Server = Awaited<ReturnType<typeof aServer>>;

  /** Kills a server while it waits at the COMMIT of a transaction that changes a feed. */
  async function killAtCommit(server: Server, feed: string, begin: () => Promise<unknown>) {
    const held = await HeldRow.ofFeed(database.url, feed);
    await begin();
    await held.untilAwaited(1);
    await killed(server.program);
    await held.release();
  }

  test('60 L D: each tenant adopts exactly once, and the run completes once', async () => {
    const first = await aServer();
    const made = async (name: string, id: string, input: object) =>
      (await mutate(first.root, name, { input }, id))[id];
    const organizationId = await made('organizationCreate', 'organizationId', { name: 'Acme', slug: 'acme' });
    const tenantIds: string[] = [];
    for (let number = 0; number < TENANTS; number += 1) {
      const slug = `acme-${number}`;
      tenantIds.push(await made('tenantCreate', 'tenantId', { organizationId, name: slug, slug }));
    }
    const after = (await first.root.ask(NOW)).syncRuns.feedCursor;

    await killAtCommit(first, String(tenantIds[TENANTS / 2]), () =>
      mutate(first.root, 'configUpdate', {
        input: { scope: 'PLATFORM', set: [{ path: 'branding.name', value: 'One' }] },
      }),
    );
    const [{ waiting } = { waiting: 0 }] = await tables.run<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM sync_target WHERE status = 'PENDING'`,
    );
    expect(waiting).toBeGreaterThan(0);
    const second = await aServer();
    await killAtCommit(second, PLATFORM_FEED, async () => {});
    const { root } = await aServer();
    const [completed]: { syncRun: { id: string } }[] = await root.follow(COMPLETED, { after }).take(1);
    const [{ id }] = (await root.ask(NOW)).syncRuns.nodes;
    expect(completed).toEqual({ syncRun: { id, total: TENANTS, succeededCount: TENANTS } });

    const steps: { syncRun: { id: string; status: string } }[] = await root
      .follow(CHANGED, { after })
      .changesUntilCaughtUp();
    expect(steps.filter(({ syncRun }) => syncRun.status === 'COMPLETED')).toHaveLength(1);
    const adoptions = await tables.run<{ feed: string; count: number }>(
      `SELECT feed, count(*)::int AS count FROM change WHERE entity = 'Configuration' AND feed = ANY($1) GROUP BY feed`,
      [tenantIds],
    );
    expect(new Map(adoptions.map(({ feed, count }) => [feed, count]))).toEqual(
      new Map(tenantIds.map((tenantId) => [tenantId, 1])),
    );
    const versions = await tables.run(
      "SELECT FROM config_version WHERE platform_version = 1 AND step = 'ADOPT'",
    );
    expect(versions).toHaveLength(TENANTS);
    expect((await root.ask(NOW)).syncHealth).toEqual({ total: TENANTS, succeeded: TENANTS });
    expect(
      await tables.run(`SELECT FROM due_work WHERE kind IN ('configurationAdoption', 'syncRunCount')`),
    ).toEqual([]);
  }, 300_000);
});
