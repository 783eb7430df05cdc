import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_FEED } from '../../src/core/feeds/feed.ts';
import { HeldRow } from '../support/held-row.ts';
import { type LoneServer, LoneServers } from '../support/lone-server.ts';
import { mutate } from '../support/mutate.ts';
import { killed } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const COMPLETED = `subscription ($after: Cursor) { syncRunCompleted(after: $after) {
  syncRun { id total succeededCount } } }`;
const CHANGED = `subscription ($after: Cursor) { syncRunChanged(after: $after) { __typename
  ... on SyncRunEvent { syncRun { id status } } } }`;
const NOW = '{ syncRuns(first: 1) { feedCursor nodes { id } } syncHealth { total succeeded } }';
const TENANTS = 30;

describeOnPostgres('a run while the only node is killed', () => {
  let servers: LoneServers;

  beforeAll(async () => {
    servers = await LoneServers.open();
  });

  afterAll(() => servers.close());

  /** Kills a server while it waits at the COMMIT of a transaction that changes a feed. */
  async function killAtCommit(server: LoneServer, feed: string, begin: () => Promise<unknown>) {
    const held = await HeldRow.ofFeed(servers.database.url, feed);
    await begin();
    await held.untilAwaited(1);
    await killed(server.program);
    await held.release();
  }

  test('60 L D: each tenant adopts exactly once, and the run completes once', async () => {
    const first = await servers.start();
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
    const [{ waiting } = { waiting: 0 }] = await servers.tables.run<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM sync_target WHERE status = 'PENDING'`,
    );
    expect(waiting).toBeGreaterThan(0);
    const second = await servers.start();
    await killAtCommit(second, PLATFORM_FEED, async () => {});
    const { root, program } = await servers.start();
    const [completed]: { syncRun: { id: string } }[] = await root.follow(COMPLETED, { after }).take(1);
    const [{ id }] = (await root.ask(NOW)).syncRuns.nodes;
    expect(completed).toEqual({ syncRun: { id, total: TENANTS, succeededCount: TENANTS } });

    const steps: { syncRun: { id: string; status: string } }[] = await root
      .follow(CHANGED, { after })
      .changesUntilCaughtUp();
    expect(steps.filter(({ syncRun }) => syncRun.status === 'COMPLETED')).toHaveLength(1);
    const adoptions = await servers.tables.run<{ feed: string; count: number }>(
      `SELECT feed, count(*)::int AS count FROM change WHERE entity = 'Configuration' AND feed = ANY($1) GROUP BY feed`,
      [tenantIds],
    );
    expect(new Map(adoptions.map(({ feed, count }) => [feed, count]))).toEqual(
      new Map(tenantIds.map((tenantId) => [tenantId, 1])),
    );
    const versions = await servers.tables.run(
      "SELECT FROM config_version WHERE platform_version = 1 AND step = 'ADOPT'",
    );
    expect(versions).toHaveLength(TENANTS);
    expect((await root.ask(NOW)).syncHealth).toEqual({ total: TENANTS, succeeded: TENANTS });
    expect(
      await servers.tables.run(
        `SELECT FROM due_work WHERE kind IN ('configurationAdoption', 'syncRunCount')`,
      ),
    ).toEqual([]);
    await killed(program);
  }, 300_000);

  test('60 L O: of two runs that overlap, each tenant ends in the newer one and never goes back, though the node is killed during both', async () => {
    const first = await servers.start();
    const after = (await first.root.ask(NOW)).syncRuns.feedCursor;
    const tenants = await servers.tables.run<{ id: string }>('SELECT id FROM tenant ORDER BY name');
    const named = (value: string) =>
      mutate(first.root, 'configUpdate', {
        input: { scope: 'PLATFORM', set: [{ path: 'branding.name', value }] },
      });
    await killAtCommit(first, String(tenants[TENANTS / 2]?.id), async () => {
      await named('Two');
      await named('Three');
    });
    const { root, program } = await servers.start();
    expect(await root.follow(COMPLETED, { after }).take(2)).toEqual(
      Array(2).fill({ syncRun: expect.objectContaining({ total: TENANTS, succeededCount: TENANTS }) }),
    );
    const adopted = await servers.tables.run<{ versions: number[] }>(
      `SELECT array_agg(platform_version ORDER BY config_version.version) AS versions
       FROM config_version JOIN configuration ON configuration.id = configuration_id
       WHERE scope = 'TENANT' AND platform_version > 0 GROUP BY tenant_id`,
    );
    expect(adopted).toHaveLength(TENANTS);
    for (const { versions } of adopted)
      expect([
        [1, 3],
        [1, 2, 3],
      ]).toContainEqual(versions);
    const path = 'branding.name';
    const acting = `query ($id: ID) { effectiveConfig(tenantId: $id, paths: ["${path}"]) { settings { value } } }`;
    for (const { id } of tenants)
      expect((await root.ask(acting, { id })).effectiveConfig.settings).toEqual([{ value: 'Three' }]);
    await killed(program);
  }, 300_000);
});
