import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { disturbance } from '../support/incidents.ts';
import type { TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person, Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStatusStage, minutesFromNow, type StatusStage } from '../support/status-stage.ts';

const CHANGES = `subscription ($after: Cursor, $tenantId: ID, $organizationId: ID) {
  changes(after: $after, tenantId: $tenantId, organizationId: $organizationId,
    types: [SERVICE, INCIDENT, INCIDENT_UPDATE, MAINTENANCE_WINDOW]) {
    __typename ... on ServiceEvent { service { name } } } }`;
const AT = `query ($tenantId: ID, $organizationId: ID) {
  services(tenantId: $tenantId, organizationId: $organizationId) { feedCursor } }`;
const SYSTEM = `{ systemStatus { status operational majorOutage openIncidents
  rollUps { id tenantId version } } }`;
const SYSTEM_CHANGED = `subscription ($after: Cursor) { systemStatusChanged(after: $after) {
  systemStatus { id version status operational majorOutage openIncidents } } }`;

interface Event {
  readonly __typename: string;
  readonly service?: { readonly name: string };
}

/** Users, and the feed in which they follow what happens. */
interface Audience {
  readonly users: readonly Person[];
  readonly feed: { readonly tenantId?: string; readonly organizationId?: string };
}

type Name = 'organization' | 'staff' | 'residents' | 'annex' | 'globex';

const OPENED = ['IncidentOpened', 'IncidentUpdatePosted', 'ServiceUpdated'];

describeOnPostgres('the personas of status, on two nodes', () => {
  let stage: StatusStage;
  let root: Person;
  let csr: TestUser;
  let audiences: Record<Name, Audience>;
  let fences = 0;

  beforeAll(async () => {
    stage = await aStatusStage();
    const { installation, olga, ada, sue, resident, ann, gil, organizationId, acme, annex, globex } = stage;
    root = installation.root;
    csr = await installation.aUser('CSR', { tenantId: acme });
    audiences = {
      organization: { users: [root, olga], feed: { organizationId } },
      staff: { users: [root, olga, ada, sue, csr], feed: { tenantId: acme } },
      residents: { users: [resident], feed: { tenantId: acme } },
      annex: { users: [root, ann], feed: { tenantId: annex } },
      globex: { users: [root, gil], feed: { tenantId: globex } },
    };
  }, 120_000);

  afterAll(() => stage.installation.stop());

  /** Runs an act, and gives what each audience receives of it. */
  async function heard(act: () => Promise<unknown>): Promise<Record<Name, string[]>> {
    // The changes that the organization shared before reach the feeds of its tenants first.
    await receivedAfter(await positions());
    const after = await positions();
    await act();
    return receivedAfter(after);
  }

  const names = () => Object.keys(audiences) as Name[];

  const positions = () =>
    Promise.all(names().map(async (name) => (await root.ask(AT, audiences[name].feed)).services.feedCursor));

  /** The changes that each audience receives after a position and until now: all its users the same, on either node. */
  async function receivedAfter(positionsBefore: readonly string[]): Promise<Record<Name, string[]>> {
    fences += 1;
    const fence = `fence ${fences}`;
    await stage.service(stage.olga, fence);
    await stage.service(stage.gil, fence);
    const told = names().map(async (name, index) => {
      const { users, feed } = audiences[name];
      const of = users.flatMap((user) => [user, user.at(stage.elsewhere)]);
      const heardBy = of.map((user) => untilFence(user, { ...feed, after: positionsBefore[index] }, fence));
      const [first = [], ...others] = await Promise.all(heardBy);
      for (const other of others) expect([name, other]).toEqual([name, first]);
      return [name, first] as const;
    });
    return Object.fromEntries(await Promise.all(told)) as Record<Name, string[]>;
  }

  /** The changes that a user receives before a service with the name of the fence is created. */
  async function untilFence(user: Person, variables: Variables, fence: string): Promise<string[]> {
    const stream = user.follow(CHANGES, variables);
    const names: string[] = [];
    for (;;) {
      const { __typename: name, service }: Event = await stream.change();
      if (name === 'ServiceCreated' && service?.name === fence) break;
      names.push(name);
    }
    await stream.close();
    return names;
  }

  const open = async (by: Person, serviceId: string, more: object = {}): Promise<string> =>
    (await mutate(by, 'incidentOpen', { input: disturbance(serviceId, more) }, 'incidentId')).incidentId;

  test('46 L O D X: what a platform admin opens for an organization reaches each of its tenants once, and no other tenant', async () => {
    const { organizationId } = stage;
    const serviceId = await stage.service(stage.olga);
    expect(await heard(() => open(root, serviceId, { organizationId }))).toEqual({
      organization: OPENED,
      staff: OPENED,
      residents: OPENED,
      annex: OPENED,
      globex: [],
    });
  });

  test('46 L O D X: an organization admin informs all its tenants, and what it tells staff reaches no resident', async () => {
    const { olga } = stage;
    const id = await open(olga, await stage.service(olga));
    const internal = { incidentId: id, message: 'The disk.', visibility: 'STAFF' };
    const [posted, resolved] = [
      ['IncidentUpdatePosted', 'IncidentUpdated'],
      ['IncidentUpdatePosted', 'IncidentUpdated', 'ServiceUpdated'],
    ];
    const told = await heard(async () => {
      await mutate(olga, 'incidentUpdatePost', { input: internal });
      await mutate(olga.at(stage.elsewhere), 'incidentResolve', { id, input: { message: 'Over.' } });
    });
    const toStaff = [...posted, ...resolved];
    expect(told).toEqual({
      organization: toStaff,
      staff: toStaff,
      residents: resolved,
      annex: toStaff,
      globex: [],
    });
  });

  test('46 L O D X: what a tenant admin plans and sets reaches its own tenant alone', async () => {
    const { ada } = stage;
    const id = await stage.service();
    const told = await heard(async () => {
      const times = { startsAt: minutesFromNow(60), endsAt: minutesFromNow(120) };
      const input = { ...times, title: 'Pipes', serviceIds: [id] };
      await mutate(ada, 'maintenanceWindowSchedule', { input });
      await mutate(ada, 'serviceStatusSet', { id, status: 'MAJOR_OUTAGE', reason: 'Rain' });
      await mutate(ada, 'serviceStatusSet', { id, status: 'MAJOR_OUTAGE', reason: 'More rain' });
    });
    const once = ['MaintenanceWindowScheduled', 'ServiceUpdated'];
    expect(told).toEqual({
      organization: [],
      staff: [...once, 'ServiceUpdated'],
      residents: once,
      annex: [],
      globex: [],
    });
  });

  test('46 L O D X: support opens and resolves incidents of its tenant, and a colleague without the permission changes nothing', async () => {
    const { sue } = stage;
    const service = await stage.service();
    const told = await heard(async () => {
      const id = await open(sue, service, { key: 'disk' });
      expect(await codes(csr, 'incidentResolve', { id, input: { message: 'Over.' } })).toEqual(['FORBIDDEN']);
      expect(await codes(csr, 'incidentDelete', { id })).toEqual(['FORBIDDEN']);
      await mutate(sue, 'incidentResolve', { id, input: { message: 'Over.' } });
    });
    const toAcme = [...OPENED, 'IncidentUpdatePosted', 'IncidentUpdated', 'ServiceUpdated'];
    expect(told).toEqual({ organization: [], staff: toAcme, residents: toAcme, annex: [], globex: [] });
  });

  test('46 X: whatever a resident tries, no viewer receives anything', async () => {
    const { resident, ada } = stage;
    const serviceId = await stage.service();
    const id = await open(ada, serviceId);
    const input = { message: 'Mine.' };
    const attempts: [string, Variables][] = [
      ['serviceUpdate', { id: serviceId, input: { name: 'Mine' } }],
      ['serviceStatusSet', { id: serviceId, status: 'OPERATIONAL', reason: 'Mine' }],
      ['serviceStatusClear', { id: serviceId }],
      ['serviceDelete', { id: serviceId }],
      ['incidentUpdate', { id, input: { title: 'Mine' } }],
      ['incidentUpdatePost', { input: { incidentId: id, ...input } }],
      ['incidentResolve', { id, input }],
      ['incidentReopen', { id, input }],
      ['incidentDelete', { id }],
    ];
    const told = await heard(async () => {
      for (const [name, args] of attempts) {
        expect([name, await codes(resident, name, args)]).toEqual([name, ['FORBIDDEN']]);
      }
    });
    expect(told).toEqual({ organization: [], staff: [], residents: [], annex: [], globex: [] });
  });

  test('45 S X: a tenant that leaves its organization has the roll-up without it in that change, and its streams a moment later', async () => {
    const { installation, organizationId, olga } = stage;
    const tenantId = await installation.anotherTenant(organizationId, 'Leaving');
    const admin = await installation.aUser('TENANT_ADMIN', { tenantId });
    await stage.service(admin, 'own');
    await open(olga, await stage.service(olga), { organizationId });
    const before = (await admin.ask(SYSTEM)).systemStatus;
    expect(before).toMatchObject({ status: 'MAJOR_OUTAGE', openIncidents: expect.any(Number) });
    const shared = before.rollUps.find(({ tenantId: of }: { tenantId: string | null }) => of === null);
    const after = await root.now(tenantId);
    const running = admin.at(stage.elsewhere).follow(SYSTEM_CHANGED, { after });
    const { organizationId: other } = await installation.aTenant('Initech');
    await mutate(root, 'tenantUpdate', { id: tenantId, input: { organizationId: other } });

    const { rollUps, ...left } = (await admin.ask(SYSTEM)).systemStatus;
    expect(left).toEqual({ status: 'OPERATIONAL', operational: 1, majorOutage: 0, openIncidents: 0 });
    expect(rollUps).toMatchObject([{ tenantId }]);
    const events: { systemStatus: { id: string; operational: number } }[] = [];
    while (events.at(-1)?.systemStatus.id !== shared.id || events.at(-1)?.systemStatus.operational !== 0)
      events.push(await running.event());
    expect(events.at(-1)?.systemStatus).toMatchObject({
      ...{ status: 'OPERATIONAL', majorOutage: 0, openIncidents: 0, version: shared.version + 1 },
    });
    // The roll-up of the tenant itself is the one that it was.
    const known = before.rollUps.map(({ id }: { id: string }) => id);
    for (const { systemStatus } of events) expect(known).toContain(systemStatus.id);
  });
});
