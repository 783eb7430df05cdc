import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  CHANGES,
  disturbance,
  openIncident,
  postUpdate,
  received,
  refusedTo,
  timelineFor,
} from '../support/incidents.ts';
import { mutate } from '../support/mutate.ts';
import type { Person, Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStatusStage, minutesFromNow, type StatusStage } from '../support/status-stage.ts';
import { Stream } from '../support/stream.ts';

describeOnPostgres('the audiences of incidents', () => {
  let stage: StatusStage;
  let ada: Person;

  beforeAll(async () => {
    stage = await aStatusStage();
    ada = stage.ada;
  }, 120_000);

  afterAll(() => stage.installation.stop());

  const open = (serviceId: string, more: object = {}, by: Person = ada) => openIncident(by, serviceId, more);
  const post = (id: string, more: object = {}) => postUpdate(ada, id, more);
  const timelineOf = (id: string, who: Person = ada) => timelineFor(who, id);
  const refused = (name: string, args: Variables, by: Person = ada) => refusedTo(by, name, args);

  test('46 X: users of customers and tenants of shared incidents change nothing, and strangers see nothing', async () => {
    const service = await stage.service();
    const id = await open(service);
    const shared = await open(await stage.service(stage.olga), {}, stage.olga);
    const input = { message: 'Mine.' };
    expect(await refused('incidentOpen', { input: disturbance(service) }, stage.resident)).toEqual([
      'FORBIDDEN',
    ]);
    expect(await refused('incidentResolve', { id, input }, stage.resident)).toEqual(['FORBIDDEN']);
    expect(await refused('incidentResolve', { id: shared, input })).toEqual(['FORBIDDEN_CHANGE id']);
    expect(await refused('incidentDelete', { id: shared })).toEqual(['FORBIDDEN_CHANGE id']);
    expect(await refused('incidentDelete', { id }, stage.ann)).toEqual(['NOT_FOUND id']);
    for (const who of [stage.gil, stage.ann]) expect(await timelineOf(id, who)).toBeNull();
    expect(await timelineOf(shared, stage.gil)).toBeNull();
    for (const who of [ada, stage.ann, stage.olga, stage.resident])
      expect(await timelineOf(shared, who)).toMatchObject({ status: 'INVESTIGATING' });
  });

  test('46 X: what staff do among themselves reaches no user of a customer, by row, count, version, event or audit', async () => {
    const service = await stage.service();
    const id = await open(service, { key: 'CANARY-key', leadId: stage.sue.userId });
    const before = await timelineOf(id, stage.resident);
    const after = await ada.now(stage.acme);
    const staff = await timelineOf(id);
    await post(id, { message: 'CANARY-internal', visibility: 'STAFF' });
    await mutate(ada, 'incidentUpdate', { id, input: { leadId: null } });
    expect((await timelineOf(id)).version).toBe(staff.version + 2);
    expect((await timelineOf(id)).updates.totalCount).toBe(2);
    expect(await timelineOf(id, stage.resident)).toEqual(before);
    expect(await received(stage.resident, after)).toEqual([]);
    const { data } = await stage.resident.run(
      'query ($id: ID!) { incident(id: $id) { key leadId internalUpdates lead { id } team { id } } incidentUpdates(first: 100) { nodes { message } } }',
      { id },
    );
    expect(data.incident).toEqual({ key: null, leadId: null, internalUpdates: null, lead: null, team: null });
    expect(JSON.stringify(data)).not.toContain('CANARY');
    for (const filter of ['key: { equals: "CANARY-key" }', `leadId: { equals: "${stage.sue.userId}" }`]) {
      const { errors } = await stage.resident.run(`{ incidents(filter: { ${filter} }) { totalCount } }`);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    await post(id, { message: 'For all.' });
    expect(await received(stage.resident, after)).toMatchObject([{ __typename: 'IncidentUpdatePosted' }]);
  });

  test('46 X: a role or an organization that a client claims when it connects changes nothing', async () => {
    const id = await open(await stage.service(), { key: 'CANARY-claimed' });
    const after = await ada.now(stage.acme);
    await post(id, { message: 'CANARY-internal', visibility: 'STAFF' });
    await post(id, { message: 'For all.' });
    const client = createClient({
      url: `${stage.elsewhere.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: {
        authorization: `Bearer ${stage.resident.token}`,
        role: 'PLATFORM_ADMIN',
        permissions: ['status:write'],
        organizationId: stage.organizationId,
        tenantId: stage.globex,
      },
    });
    const claimed = new Stream(client, CHANGES);
    client.subscribe({ query: CHANGES, variables: { after } }, claimed.sink as never);
    expect(await claimed.changesUntilCaughtUp()).toMatchObject([
      { __typename: 'IncidentUpdatePosted', incidentUpdate: { visibility: 'TENANT' } },
    ]);
    await claimed.close();
  });

  test('46 X: a customer’s own user who may read the audit log learns nothing of what staff do among themselves', async () => {
    const service = await stage.service();
    const id = await open(service);
    const { maintenanceWindowId: window } = await mutate(
      ada,
      'maintenanceWindowSchedule',
      {
        input: {
          ...{ title: 'Pipes', serviceIds: [service] },
          ...{ startsAt: minutesFromNow(60), endsAt: minutesFromNow(120) },
        },
      },
      'maintenanceWindowId',
    );
    const auditor = await stage.installation.aUser('RESIDENT', {
      tenantId: stage.acme,
      customerId: await stage.installation.aCustomer(stage.acme),
    });
    const permissions = ['audit:read', 'diffs:read'];
    await mutate(stage.installation.root, 'userUpdate', { id: auditor.userId, input: { permissions } });
    const LOG = `query ($in: [ID!]) { auditLog(first: 100, filter: { entityId: { in: $in } }) {
      totalCount nodes { id entityVersion changedFields changes { field } } } }`;
    const entriesFor = async (who: Person) => (await who.ask(LOG, { in: [service, id, window] })).auditLog;
    const [before, ofStaff] = [await entriesFor(auditor), await entriesFor(ada)];
    const after = await ada.now(stage.acme);

    const { teamId } = await mutate(ada, 'teamCreate', { input: { name: 'First line' } }, 'teamId');
    await mutate(ada, 'serviceUpdate', { id: service, input: { teamId } });
    await mutate(ada, 'incidentUpdate', { id, input: { teamId, leadId: stage.sue.userId } });
    await mutate(ada, 'maintenanceWindowUpdate', { id: window, input: { teamId } });
    await post(id, { message: 'CANARY-internal', visibility: 'STAFF' });
    expect((await entriesFor(ada)).totalCount).toBe(ofStaff.totalCount + 4);
    expect(await entriesFor(auditor)).toEqual(before);

    await post(id, { message: 'It is the disk.', status: 'IDENTIFIED' });
    const { nodes, totalCount } = await entriesFor(auditor);
    expect(totalCount).toBe(before.totalCount + 1);
    expect(nodes[0]).toMatchObject({ entityVersion: (await timelineOf(id, stage.resident)).version });
    const ADDED = `subscription ($after: Cursor) { auditLogAdded(after: $after, filter: {
      entity: { in: [SERVICE, INCIDENT, MAINTENANCE_WINDOW] } }) { auditEntry { id } } }`;
    const [added] = await auditor.follow(ADDED, { after }).take(1);
    expect(added).toEqual({ auditEntry: { id: nodes[0].id } });
    const entry = 'query ($id: ID!) { auditEntry(id: $id) { id } }';
    const hidden = (await entriesFor(ada)).nodes.filter(
      (one: { id: string }) => ![...nodes, ...before.nodes].some(({ id: seen }) => seen === one.id),
    );
    expect(hidden).toHaveLength(4);
    for (const one of hidden) expect((await auditor.ask(entry, { id: one.id })).auditEntry).toBeNull();
  });

  test('46: a list, a stream and the audit log are of a tenant or of an organization, and a viewer above both names one', async () => {
    const { id: elsewhere, organizationId } = await stage.installation.aTenant('Initech');
    const both = { tenantId: stage.acme, organizationId };
    const FIELDS = [
      'services',
      'teams',
      'incidents',
      'incidentUpdates',
      'maintenanceWindows',
      'systemStatus',
      'auditLog',
    ];
    for (const field of FIELDS) {
      const selection = field === 'systemStatus' ? 'status' : 'totalCount';
      const query = `query ($tenantId: ID, $organizationId: ID) {
        ${field}(tenantId: $tenantId, organizationId: $organizationId) { ${selection} } }`;
      const { errors } = await stage.installation.root.run(query, both);
      expect(errors?.[0]).toMatchObject({
        message: 'Argument "organizationId": cannot be given together with "tenantId": name one of them.',
        extensions: { code: 'BAD_USER_INPUT', rule: 'OWNER_TWICE' },
      });
      const ofOne = await stage.installation.root.run(query, { tenantId: elsewhere });
      expect(ofOne.errors).toBeUndefined();
    }
    for (const field of ['incidentChanged', 'changes']) {
      const query = `subscription ($tenantId: ID, $organizationId: ID) {
        ${field}(tenantId: $tenantId, organizationId: $organizationId) { __typename } }`;
      const { errors } = await stage.installation.root.follow(query, both).next();
      expect(errors).toMatchObject([{ extensions: { rule: 'OWNER_TWICE' } }]);
    }
  });

  test('46: the timeline is append-only for the server itself', async () => {
    const id = await open(await stage.service());
    const statement = (sql: string) => stage.sql(`SET ROLE lockstep_server; ${sql}`);
    await expect(statement(`UPDATE incident_update SET message = 'Nothing happened.'`)).rejects.toThrow(
      /permission denied/,
    );
    await expect(statement(`DELETE FROM incident_update WHERE incident_id = '${id}'`)).rejects.toThrow(
      /permission denied/,
    );
    expect((await timelineOf(id)).updates.totalCount).toBe(1);
  });
});
