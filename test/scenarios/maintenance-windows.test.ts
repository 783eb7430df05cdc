import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStatusStage, minutesFromNow, type StatusStage } from '../support/status-stage.ts';

const CHANGES = `subscription ($after: Cursor) { changes(after: $after, types: [MAINTENANCE_WINDOW, SERVICE]) {
  __typename ... on MaintenanceWindowEvent { maintenanceWindow { id status } }
  ... on ServiceEvent { service { status } } } }`;
const WINDOW = `query ($id: ID!) { maintenanceWindow(id: $id) { status version startsAt endsAt startedAt endedAt serviceIds } }`;

interface Event {
  readonly maintenanceWindow?: { readonly id: string; readonly status: string };
  readonly service?: { readonly status: string };
}

describeOnPostgres('maintenance windows, on two nodes', () => {
  let stage: StatusStage;
  let ada: Person;

  beforeAll(async () => {
    stage = await aStatusStage();
    ada = stage.ada;
  }, 120_000);

  afterAll(() => stage.installation.stop());

  const plan = (serviceId: string, more: object = {}) => ({
    title: 'A larger machine',
    startsAt: minutesFromNow(60),
    endsAt: minutesFromNow(120),
    serviceIds: [serviceId],
    ...more,
  });

  async function schedule(serviceId: string, more: object = {}, by: Person = ada): Promise<string> {
    const input = plan(serviceId, more);
    return (await mutate(by, 'maintenanceWindowSchedule', { input }, 'maintenanceWindowId'))
      .maintenanceWindowId;
  }

  const windowOf = async (id: string, who: Person = ada) => (await who.ask(WINDOW, { id })).maintenanceWindow;

  /** Moves a planned time into the past, and lets the work that was scheduled for it be due: no test holds the clock. */
  async function due(id: string, column: 'starts_at' | 'ends_at'): Promise<void> {
    const earlier = column === 'ends_at' ? `, starts_at = now() - interval '1 hour'` : '';
    await stage.sql(
      `UPDATE maintenance_window SET ${column} = now() - interval '1 second'${earlier} WHERE id = '${id}'`,
    );
    await stage.sql(`UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
  }

  /** Waits for an event of one window. */
  async function happened(name: string, id: string, after: string): Promise<void> {
    const query = `subscription ($after: Cursor, $id: ID) { ${name}(after: $after, id: $id) { entityId } }`;
    expect(await ada.at(stage.elsewhere).follow(query, { after, id }).take(1)).toEqual([{ entityId: id }]);
  }

  async function start(id: string): Promise<void> {
    const after = await ada.now(stage.acme);
    await due(id, 'starts_at');
    await happened('maintenanceWindowStarted', id, after);
  }

  async function refused(name: string, args: Record<string, unknown>, by: Person = ada): Promise<string[]> {
    return (await refusals(by, name, args)).map(({ code, path }) => [code, ...path].join(' '));
  }

  /** The statuses that a viewer receives of a window and its service after a position. */
  async function received(who: Person, after: string): Promise<string[]> {
    const events: Event[] = await who.follow(CHANGES, { after }).changesUntilCaughtUp();
    return events.map(({ maintenanceWindow, service }) => String((maintenanceWindow ?? service)?.status));
  }

  test('44: bad input is refused with its path, and no viewer receives anything', async () => {
    const service = await stage.service();
    const foreign = await stage.service(stage.gil);
    const begin = await ada.now(stage.acme);
    const ofOrganization = await stage.service(stage.olga);
    const shared = await schedule(ofOrganization, {}, stage.olga);
    await happened('maintenanceWindowScheduled', shared, begin);
    const id = await schedule(service);
    const after = await ada.now(stage.acme);
    const scheduled = (more: object) => refused('maintenanceWindowSchedule', { input: plan(service, more) });
    expect(await scheduled({ serviceIds: [] })).toEqual(['INVALID_INPUT input serviceIds']);
    expect(await scheduled({ serviceIds: [service, foreign] })).toEqual(['NOT_FOUND input serviceIds 1']);
    expect(await scheduled({ serviceIds: [ofOrganization] })).toEqual(['INVALID_INPUT input serviceIds 0']);
    expect(await scheduled({ endsAt: minutesFromNow(30) })).toEqual(['INVALID_INPUT input endsAt']);
    expect(await scheduled({ startsAt: minutesFromNow(-5) })).toEqual(['INVALID_INPUT input startsAt']);
    expect(await scheduled({ startsAt: minutesFromNow(-9), endsAt: minutesFromNow(-5) })).toEqual([
      'INVALID_INPUT input endsAt',
    ]);
    expect(await refused('maintenanceWindowExtend', { id, endsAt: minutesFromNow(90) })).toEqual([
      'INVALID_INPUT endsAt',
    ]);
    expect(await refused('maintenanceWindowCancel', { id }, stage.ann)).toEqual(['NOT_FOUND id']);
    expect(await refused('maintenanceWindowCancel', { id }, stage.resident)).toEqual(['FORBIDDEN']);
    expect(await refused('maintenanceWindowCancel', { id: shared })).toEqual(['FORBIDDEN_CHANGE id']);
    expect(await windowOf(id)).toMatchObject({ status: 'SCHEDULED', version: 1 });
    expect(await received(ada, after)).toEqual([]);
    expect(await received(stage.resident, after)).toEqual([]);
    expect(await received(stage.gil, await stage.gil.now(stage.globex))).toEqual([]);
  });

  test('44: a window that was moved starts and ends by its new times, with planned and actual times apart', async () => {
    const service = await stage.service();
    const id = await schedule(service);
    const [startsAt, endsAt] = [minutesFromNow(180), minutesFromNow(240)];
    await mutate(ada, 'maintenanceWindowUpdate', { id, input: { startsAt, endsAt } });
    // The work finds nothing to do before the new time.
    const after = await ada.now(stage.acme);
    await stage.sql(`UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
    const other = await schedule(service, { startsAt: minutesFromNow(0) });
    await happened('maintenanceWindowStarted', other, after);
    expect(await windowOf(id)).toMatchObject({ status: 'SCHEDULED', startsAt, endsAt, startedAt: null });
    expect(await stage.statusOf(service)).toBe('UNDER_MAINTENANCE MAINTENANCE');
    await mutate(ada, 'maintenanceWindowUpdate', { id, input: { startsAt: minutesFromNow(190) } });
    await start(id);
    await due(id, 'ends_at');
    await happened('maintenanceWindowCompleted', id, after);
    // The other window continues, so its service stays under maintenance.
    expect(await stage.statusOf(service)).toBe('UNDER_MAINTENANCE MAINTENANCE');
    const { startedAt, endedAt, ...window } = await windowOf(id);
    expect(window.status).toBe('COMPLETED');
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.parse(endedAt));
    expect(Date.parse(window.endsAt)).toBeLessThan(Date.parse(endedAt));
    expect(await refused('maintenanceWindowExtend', { id, endsAt: minutesFromNow(90) })).toEqual([
      'INVALID_STATE id',
    ]);
    await mutate(ada, 'maintenanceWindowCancel', { id: other });
    expect(await stage.statusOf(service)).toBe('OPERATIONAL NONE');
  });

  test('44: a window of the hour that comes twice starts and ends at its instants, whatever the zone of node and database', async () => {
    const name = new URL(String(stage.installation.app.config.databaseUrl)).pathname.slice(1);
    await stage.sql(`ALTER DATABASE "${name}" SET timezone TO 'Europe/Berlin'`);
    const { TZ } = process.env;
    process.env.TZ = 'Europe/Berlin';
    const node = await stage.installation.anotherNode();
    // On the last Sunday of October the clocks of Berlin show 02:30 at both of these instants.
    const times = { startsAt: '2027-10-31T00:30:00.000Z', endsAt: '2027-10-31T01:30:00.000Z' };
    const id = await schedule(await stage.service(), times, ada.at(node));
    expect(await windowOf(id, ada.at(node))).toMatchObject(times);
    await stage.sql(
      `DO $$ BEGIN ASSERT (SELECT due_at FROM due_work WHERE subject_id = '${id}') = '${times.startsAt}'; END $$`,
    );
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
    await stage.sql(`ALTER DATABASE "${name}" RESET timezone`);
  });

  test('44: an incident within a window outlasts it, and the service is never OPERATIONAL in between', async () => {
    const service = await stage.service();
    const id = await schedule(service);
    const after = await ada.now(stage.acme);
    await start(id);
    const disturbance = {
      title: 'Worse than planned',
      impact: 'MAJOR',
      message: 'We are looking into it.',
      services: [{ serviceId: service, status: 'MAJOR_OUTAGE' }],
    };
    const { incidentId } = await mutate(ada, 'incidentOpen', { input: disturbance }, 'incidentId');
    expect(await stage.statusOf(service)).toBe('MAJOR_OUTAGE INCIDENT');
    await due(id, 'ends_at');
    await happened('maintenanceWindowCompleted', id, after);
    expect(await stage.statusOf(service)).toBe('MAJOR_OUTAGE INCIDENT');
    await mutate(ada, 'incidentResolve', { id: incidentId, input: { message: 'Over.' } });
    const events: Event[] = await stage.resident.follow(CHANGES, { after }).changesUntilCaughtUp();
    expect(events.flatMap(({ service: shown }) => shown?.status ?? [])).toEqual([
      'UNDER_MAINTENANCE',
      'MAJOR_OUTAGE',
      'OPERATIONAL',
    ]);
  });

  test('44 L: the effect of a running window that is cancelled ends in that change, and all who see it receive that', async () => {
    const service = await stage.service();
    const id = await schedule(service);
    await start(id);
    expect(await refused('maintenanceWindowUpdate', { id, input: { startsAt: minutesFromNow(5) } })).toEqual([
      'INVALID_STATE input startsAt',
    ]);
    const after = await ada.now(stage.acme);
    const elsewhere = await stage.gil.now(stage.globex);
    await mutate(ada, 'maintenanceWindowCancel', { id });
    expect(await stage.statusOf(service)).toBe('OPERATIONAL NONE');
    await happened('maintenanceWindowCancelled', id, after);
    for (const who of [ada, stage.sue, stage.resident])
      expect((await received(who, after)).toSorted()).toEqual(['CANCELLED', 'OPERATIONAL']);
    expect(await received(stage.gil, elsewhere)).toEqual([]);
    expect(await refused('maintenanceWindowCancel', { id })).toEqual(['INVALID_STATE id']);
    await due(id, 'ends_at');
    const next = await schedule(service);
    await start(next);
    expect(await windowOf(id)).toMatchObject({ status: 'CANCELLED' });
  });

  test('44: an extension that commits while the end is due wins', async () => {
    const service = await stage.service();
    const ids = await Promise.all(Array.from({ length: 5 }, () => schedule(service)));
    for (const id of ids) await start(id);
    for (const id of ids) {
      await due(id, 'ends_at');
      const endsAt = minutesFromNow(60);
      const done = await refused('maintenanceWindowExtend', { id, endsAt });
      const window = await windowOf(id);
      // Either the extension was first and the window continues, or the end was, and the extension was refused.
      if (done.length === 0) expect(window).toMatchObject({ status: 'IN_PROGRESS', endsAt, endedAt: null });
      else expect([done, window.status]).toEqual([['INVALID_STATE id'], 'COMPLETED']);
    }
  });
});
