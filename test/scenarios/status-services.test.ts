import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';

const SERVICE = `query ($id: ID!) { service(id: $id) {
  status statusSource derivedStatus overrideStatus overrideReason overrideUntil version team { name } } }`;
const STATUS_CHANGED = `subscription ($after: Cursor, $tenantId: ID, $organizationId: ID) {
  serviceStatusChanged(after: $after, tenantId: $tenantId, organizationId: $organizationId) {
    from to actor { kind } service { id } } }`;
const ALL = `subscription ($after: Cursor, $tenantId: ID) {
  changes(after: $after, tenantId: $tenantId, types: [SERVICE, SYSTEM_STATUS, TEAM, TEAM_MEMBER]) { __typename } }`;
const SYSTEM = `query ($tenantId: ID, $organizationId: ID) {
  systemStatus(tenantId: $tenantId, organizationId: $organizationId) {
    status operational degraded majorOutage openIncidents groups { name status majorOutage } } }`;
const SYSTEM_CHANGED = `subscription ($after: Cursor) {
  systemStatusChanged(after: $after) { systemStatus { group status operational majorOutage } } }`;

const LATER = '9999-01-01T00:00:00Z';
const REASON = 'The router burns';

describeOnPostgres('the status of services, on two nodes', () => {
  let installation: Installation;
  let acme: TestTenant;
  let globex: TestTenant;
  let oona: TestUser;
  let ada: TestUser;
  let sue: TestUser;
  let cleo: TestUser;
  let gil: TestUser;
  let resident: TestUser;
  let elsewhere: (who: Person) => Person;

  beforeAll(async () => {
    installation = await Installation.start();
    const node = await installation.anotherNode();
    elsewhere = (who) => who.at(node);
    acme = await installation.aTenant('Acme');
    globex = await installation.aTenant('Globex');
    const { id: tenantId, organizationId } = acme;
    oona = await installation.aUser('ORGANIZATION_ADMIN', { organizationId });
    ada = await installation.aUser('TENANT_ADMIN', { tenantId });
    sue = await installation.aUser('SUPPORT', { tenantId });
    cleo = await installation.aUser('CSR', { tenantId });
    gil = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const customerId = await installation.aCustomer(tenantId);
    resident = await installation.aUser('RESIDENT', { tenantId, customerId });
  }, 120_000);

  afterAll(() => installation.stop());

  async function aService(by: Person = ada, more: object = {}): Promise<string> {
    return (await mutate(by, 'serviceCreate', { input: { name: 'Portal', ...more } }, 'serviceId')).serviceId;
  }

  /** A service as a user sees it; fields that are refused are null. */
  const service = async (who: Person, id: string) => (await who.run(SERVICE, { id })).data.service;

  /** Moves the end of an override into the past, for the database's clock cannot be held. */
  async function end(id: string): Promise<void> {
    const url = String(installation.app.config.databaseUrl);
    await runSql(url, `UPDATE service SET override_until = now() - interval '1 second' WHERE id = '${id}'`);
    await runSql(url, `UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
  }

  /** Overrides the status of a service. */
  const override = (by: Person, id: string, status: string, more: object = {}) =>
    mutate(by, 'serviceStatusSet', { id, status, reason: REASON, ...more }, 'cursor');

  test('42 X: what may not be written is refused with a reason, and no client receives anything', async () => {
    const begin = await ada.now(acme.id);
    const id = await aService();
    const shared = await aService(oona);
    // Each is created, and the roll-up of its owner created and counted; the shared one arrives later.
    await ada.follow(ALL, { after: begin, tenantId: acme.id }).changes(6);
    const after = await ada.now(acme.id);
    const streams = [ada, cleo, resident].map((who) =>
      elsewhere(who).follow(ALL, { after, tenantId: acme.id }),
    );
    const set = { id, status: 'MAJOR_OUTAGE', reason: REASON };
    for (const who of [cleo, resident]) {
      expect(await codes(who, 'serviceCreate', { input: { name: 'Mine' } })).toEqual(['FORBIDDEN']);
      expect(await codes(who, 'serviceStatusSet', set)).toEqual(['FORBIDDEN']);
      expect(await codes(who, 'serviceDelete', { id })).toEqual(['FORBIDDEN']);
    }
    for (const [mutation, args] of [
      ['serviceStatusSet', set],
      ['serviceStatusClear', { id }],
      ['serviceUpdate', { id, input: { name: 'Theirs' } }],
      ['serviceDelete', { id }],
    ] as const) {
      expect(await codes(gil, mutation, args)).toEqual(['NOT_FOUND']);
      expect(await codes(ada, mutation, { ...args, id: shared })).toEqual(['FORBIDDEN_CHANGE']);
    }
    expect(await refusals(ada, 'serviceStatusSet', { ...set, reason: ' ' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['reason'] },
    ]);
    expect(await refusals(ada, 'serviceStatusSet', { ...set, until: '2020-01-01T00:00:00Z' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['until'] },
    ]);
    expect(await codes(ada, 'serviceStatusClear', { id })).toEqual(['INVALID_STATE']);
    const { teamId } = await mutate(gil, 'teamCreate', { input: { name: 'Theirs' } }, 'teamId');
    expect(await codes(ada, 'serviceUpdate', { id, input: { teamId } })).toEqual(['NOT_FOUND']);
    expect(await codes(installation.root, 'serviceUpdate', { id, input: { teamId } })).toEqual([
      'INVALID_INPUT',
    ]);
    for (const stream of streams) expect(await stream.changesUntilCaughtUp()).toEqual([]);
  });

  test('42 X: a service is seen by every role of its tenant and by the organization, and by no other tenant', async () => {
    const id = await aService();
    for (const who of [oona, ada, sue, cleo, resident]) expect(await service(who, id)).not.toBeNull();
    expect(await service(gil, id)).toBeNull();
    expect((await gil.run(SYSTEM, { tenantId: acme.id })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  test('42 L O D X: a status that changes is an event with both, on every node, and no other tenant receives it', async () => {
    const id = await aService();
    const after = await ada.now(acme.id);
    const streams = [elsewhere(resident), sue].map((who) => who.follow(STATUS_CHANGED, { after }));
    const unheard = gil.follow(STATUS_CHANGED);
    await gil.now(globex.id);
    await override(sue, id, 'MAJOR_OUTAGE');
    await mutate(ada, 'serviceStatusClear', { id });
    const event = { actor: { kind: 'USER' }, service: { id } };
    for (const stream of streams) {
      expect(await stream.take(2)).toEqual([
        { ...event, from: 'OPERATIONAL', to: 'MAJOR_OUTAGE' },
        { ...event, from: 'MAJOR_OUTAGE', to: 'OPERATIONAL' },
      ]);
    }
    expect([...streams, unheard].flatMap(({ unread }) => unread)).toEqual([]);
  });

  test('46: a customer’s own user learns neither the reason of an override nor the team, nor that they changed', async () => {
    const { teamId } = await mutate(ada, 'teamCreate', { input: { name: 'First line' } }, 'teamId');
    const id = await aService();
    await override(ada, id, 'MAJOR_OUTAGE');
    const seen = await service(resident, id);
    expect(seen).toMatchObject({
      overrideStatus: 'MAJOR_OUTAGE',
      overrideReason: null,
      team: null,
      version: 2,
    });
    const after = await ada.now(acme.id);
    await mutate(ada, 'serviceUpdate', { id, input: { teamId } });
    await override(ada, id, 'MAJOR_OUTAGE', { reason: 'The other router' });
    const [unheard, heard] = [resident, cleo].map((who) => who.follow(ALL, { after, tenantId: acme.id }));
    expect(await heard?.changesUntilCaughtUp()).toEqual([
      { __typename: 'ServiceUpdated' },
      { __typename: 'ServiceUpdated' },
    ]);
    expect(await unheard?.changesUntilCaughtUp()).toEqual([]);
    expect(await service(resident, id)).toEqual(seen);
    expect(await service(cleo, id)).toMatchObject({
      overrideReason: 'The other router',
      team: { name: 'First line' },
      version: 4,
    });
  });

  test('42: an override ends by itself, once, and a second one replaces the first with its end', async () => {
    const id = await aService();
    const after = await ada.now(acme.id);
    const stream = elsewhere(ada).follow(STATUS_CHANGED, { after });
    await override(ada, id, 'MAJOR_OUTAGE', { until: LATER });
    await end(id);
    expect(await stream.take(2)).toMatchObject([
      { to: 'MAJOR_OUTAGE', actor: { kind: 'USER' } },
      { from: 'MAJOR_OUTAGE', to: 'OPERATIONAL', actor: { kind: 'SYSTEM' } },
    ]);
    expect(await service(ada, id)).toMatchObject({
      statusSource: 'NONE',
      overrideStatus: null,
      overrideReason: null,
    });
    await override(ada, id, 'PARTIAL_OUTAGE', { until: LATER });
    await override(ada, id, 'DEGRADED_PERFORMANCE');
    // The first one's end would be due now.
    await end(id);
    const other = await aService();
    await override(ada, other, 'MAJOR_OUTAGE', { until: LATER });
    await end(other);
    expect(await stream.take(4)).toMatchObject([
      { to: 'PARTIAL_OUTAGE', service: { id } },
      { to: 'DEGRADED_PERFORMANCE', service: { id } },
      { to: 'MAJOR_OUTAGE', service: { id: other } },
      { to: 'OPERATIONAL', service: { id: other } },
    ]);
    expect(await service(ada, id)).toMatchObject({
      status: 'DEGRADED_PERFORMANCE',
      statusSource: 'OVERRIDE',
    });
  });

  test('42: a service in an open incident or a window that has not ended cannot be deleted, and the refusal has their ids', async () => {
    const id = await aService();
    const fire = { title: 'Fire', impact: 'MAJOR', message: 'It burns.' };
    const affected = { services: [{ serviceId: id, status: 'MAJOR_OUTAGE' }] };
    const { incidentId: incident } = await mutate(
      ada,
      'incidentOpen',
      { input: { ...fire, ...affected } },
      'incidentId',
    );
    const pipes = { title: 'Pipes', startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-01T01:00:00Z' };
    const { maintenanceWindowId: window } = await mutate(
      ada,
      'maintenanceWindowSchedule',
      { input: { ...pipes, serviceIds: [id] } },
      'maintenanceWindowId',
    );
    const REFUSED = `mutation ($id: ID!) { serviceDelete(id: $id) { userErrors { code rule params { name value } } } }`;
    const deletion = async () => (await ada.run(REFUSED, { id })).data.serviceDelete.userErrors;
    expect(await deletion()).toEqual([
      { code: 'IN_USE', rule: 'SERVICE_IN_INCIDENTS', params: [{ name: 'incidentIds', value: incident }] },
    ]);
    await mutate(ada, 'incidentResolve', { id: incident, input: { message: 'It is out.' } });
    expect(await deletion()).toEqual([
      { code: 'IN_USE', rule: 'SERVICE_IN_WINDOWS', params: [{ name: 'windowIds', value: window }] },
    ]);
    await mutate(ada, 'maintenanceWindowCancel', { id: window });
    expect(await deletion()).toEqual([]);
    expect(await service(ada, id)).toBeNull();
  });

  test('42: the uptime of a new service is of the time since, for every role alike, and none of another tenant', async () => {
    const id = await aService();
    await override(ada, id, 'MAJOR_OUTAGE');
    const UPTIME = `query ($id: ID!, $days: Int) { serviceUptime(serviceId: $id, days: $days) {
      timeZone days { ratio noDataReason } total { ratio byStatus { status weight } } } }`;
    const codesOf = async (who: Person, days: number) =>
      (await who.run(UPTIME, { id, days })).errors?.map(({ extensions }) => extensions.code);
    expect(await codesOf(gil, 90)).toEqual(['NOT_FOUND']);
    expect(await codesOf(ada, 91)).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf(ada, 0)).toEqual(['BAD_USER_INPUT']);
    for (const who of [ada, elsewhere(resident)]) {
      const { timeZone, days, total } = (await who.ask(UPTIME, { id })).serviceUptime;
      expect(timeZone).toBe('UTC');
      const unknown = days.filter(({ noDataReason }: { noDataReason: string }) => noDataReason === 'NO_DATA');
      // The day of the test may end during it.
      expect([88, 89]).toContain(unknown.length);
      expect(total.ratio).toBeLessThan(1);
      expect(total.byStatus).toContainEqual({ status: 'UNDER_MAINTENANCE', weight: 0 });
    }
  });

  test('42 S: the roll-up of a tenant has its own and the shared services, and goes back to what it was, in events that can be resumed', async () => {
    const { id: tenantId, organizationId } = await installation.aTenant('Initech');
    const admin = await installation.aUser('TENANT_ADMIN', { tenantId });
    const head = await installation.aUser('ORGANIZATION_ADMIN', { organizationId });
    const id = await aService(admin, { group: 'Portals' });
    const shared = await aService(head, { group: 'Platform' });
    const whole = async () => (await elsewhere(admin).ask(SYSTEM)).systemStatus;
    const before = await whole();
    expect(before).toMatchObject({
      status: 'OPERATIONAL',
      operational: 2,
      groups: [{ name: 'Platform' }, { name: 'Portals' }],
    });
    const after = await admin.now(tenantId);
    await override(admin, id, 'MAJOR_OUTAGE');
    await override(head, shared, 'DEGRADED_PERFORMANCE');
    expect(await whole()).toMatchObject({
      status: 'MAJOR_OUTAGE',
      operational: 0,
      degraded: 1,
      majorOutage: 1,
      groups: [{ status: 'DEGRADED_PERFORMANCE' }, { status: 'MAJOR_OUTAGE', majorOutage: 1 }],
    });
    expect((await head.ask(SYSTEM)).systemStatus).toMatchObject({
      status: 'DEGRADED_PERFORMANCE',
      degraded: 1,
    });
    await mutate(admin, 'serviceStatusClear', { id });
    await mutate(head, 'serviceStatusClear', { id: shared });
    expect(await whole()).toEqual(before);
    const statuses = async (who: Person) => {
      const events = await who.follow(SYSTEM_CHANGED, { after }).take(4);
      return events.map(
        ({ systemStatus: { group, status } }: { systemStatus: Record<string, string> }) =>
          `${group} ${status}`,
      );
    };
    // Those of the tenant itself; the projector repeats those of its organization.
    expect((await statuses(elsewhere(admin))).filter((one) => !one.startsWith('Platform'))).toEqual(
      expect.arrayContaining(['null MAJOR_OUTAGE', 'Portals MAJOR_OUTAGE']),
    );
  });
});
