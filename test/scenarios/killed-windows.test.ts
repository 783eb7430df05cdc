import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HeldRow } from '../support/held-row.ts';
import { type LoneServer, LoneServers } from '../support/lone-server.ts';
import { mutate } from '../support/mutate.ts';
import { killed } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { minutesFromNow } from '../support/status-stage.ts';

const CHANGES = `subscription ($after: Cursor, $tenantId: ID) {
  changes(after: $after, tenantId: $tenantId, types: [MAINTENANCE_WINDOW]) {
    __typename ... on MaintenanceWindowEvent { maintenanceWindow { id status } } } }`;
const event = (name: string) =>
  `subscription ($after: Cursor, $tenantId: ID) { ${name}(after: $after, tenantId: $tenantId) { entityId } }`;
const [STARTED, COMPLETED] = ['maintenanceWindowStarted', 'maintenanceWindowCompleted'].map(event);

describeOnPostgres('maintenance windows while the node that starts and ends them is killed', () => {
  let servers: LoneServers;

  beforeAll(async () => {
    servers = await LoneServers.open();
  });

  afterAll(() => servers.close());

  /** Lets the starts or the ends of all windows be due, and kills the server in the middle of doing them. */
  async function killAmid(column: 'starts_at' | 'ends_at', server: LoneServer) {
    const [service] = await servers.tables.run<{ id: string }>('SELECT id FROM service');
    const held = await HeldRow.of(servers.database.url, 'service', String(service?.id));
    const past = column === 'ends_at' ? `, starts_at = now() - interval '1 hour'` : '';
    await servers.tables.run(`UPDATE maintenance_window SET ${column} = now() - interval '1 second'${past}`);
    await servers.tables.run('UPDATE due_work SET due_at = now(), try_at = now()');
    await held.untilAwaited(1);
    await killed(server.program);
    await held.release();
  }

  test('44 L D: each starts once and ends once, in the log, in streams and in what it does to its service', async () => {
    const first = await servers.start();
    const made = async (name: string, id: string, input: object) =>
      (await mutate(first.root, name, { input }, id))[id];
    const organizationId = await made('organizationCreate', 'organizationId', { name: 'Acme', slug: 'acme' });
    const tenantId = await made('tenantCreate', 'tenantId', { organizationId, name: 'Acme', slug: 'acme' });
    const after = await first.root.now(tenantId);
    const serviceId = await made('serviceCreate', 'serviceId', { tenantId, name: 'Payments' });
    const window = {
      ...{ tenantId, title: 'Pipes', serviceIds: [serviceId] },
      ...{ startsAt: minutesFromNow(60), endsAt: minutesFromNow(120) },
    };
    const ids: string[] = [];
    for (let number = 0; number < 3; number += 1)
      ids.push(await made('maintenanceWindowSchedule', 'maintenanceWindowId', window));

    await killAmid('starts_at', first);
    const second = await servers.start();
    await second.root.follow(String(STARTED), { after, tenantId }).take(3);
    await killAmid('ends_at', second);
    const { root } = await servers.start();
    await root.follow(String(COMPLETED), { after, tenantId }).take(3);

    const events: { maintenanceWindow: { id: string; status: string } }[] = await root
      .follow(CHANGES, { after, tenantId })
      .changesUntilCaughtUp();
    const logged = await servers.tables.run<{ id: string; status: string }>(
      `SELECT entity_id AS id, image ->> 'status' AS status FROM change
       WHERE entity = 'MaintenanceWindow' AND feed = $1 ORDER BY seq`,
      [tenantId],
    );
    const steps = (all: readonly { id: string; status: string }[], id: string) =>
      all.filter((one) => one.id === id).map(({ status }) => status);
    for (const id of ids) {
      const once = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED'];
      expect(steps(logged, id)).toEqual(once);
      expect(
        steps(
          events.map(({ maintenanceWindow }) => maintenanceWindow),
          id,
        ),
      ).toEqual(once);
    }
    const effects = await servers.tables.run<{ status: string; ended: boolean }>(
      'SELECT status, to_at IS NOT NULL AS ended FROM service_effect',
    );
    expect(effects).toEqual(Array(3).fill({ status: 'UNDER_MAINTENANCE', ended: true }));
    expect(await servers.tables.run('SELECT FROM due_work')).toEqual([]);
    const [service] = await servers.tables.run('SELECT status, status_source FROM service');
    expect(service).toEqual({ status: 'OPERATIONAL', status_source: 'NONE' });
  }, 300_000);
});
