import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
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

describeOnPostgres('incidents, on two nodes', () => {
  let stage: StatusStage;
  let ada: Person;
  let elsewhere: Person;

  beforeAll(async () => {
    stage = await aStatusStage();
    ada = stage.ada;
    elsewhere = stage.ada.at(stage.elsewhere);
  }, 120_000);

  afterAll(() => stage.installation.stop());

  const open = (serviceId: string, more: object = {}, by: Person = ada) => openIncident(by, serviceId, more);
  const post = (id: string, more: object = {}) => postUpdate(ada, id, more);
  const timelineOf = (id: string) => timelineFor(ada, id);
  const refused = (name: string, args: Variables) => refusedTo(ada, name, args);

  test('43: bad input is refused with its path, and no viewer receives anything', async () => {
    const [service, foreign, shared] = [
      await stage.service(),
      await stage.service(stage.gil),
      await stage.service(stage.olga),
    ];
    const id = await open(service, { startedAt: minutesFromNow(-60) });
    const other = await open(foreign, {}, stage.gil);
    const before = await timelineOf(id);
    const after = await ada.now(stage.acme);
    const opened = (more: object) => refused('incidentOpen', { input: disturbance(service, more) });
    const posted = (more: object) =>
      refused('incidentUpdatePost', { input: { incidentId: id, message: 'News.', ...more } });

    expect(await opened({ services: [] })).toEqual(['INVALID_INPUT input services']);
    for (const [given, code] of [
      [foreign, 'NOT_FOUND'],
      [shared, 'INVALID_INPUT'],
    ] as const) {
      const services = [
        { serviceId: service, status: 'MAJOR_OUTAGE' },
        { serviceId: given, status: 'MAJOR_OUTAGE' },
      ];
      expect(await opened({ services })).toEqual([`${code} input services 1 serviceId`]);
    }
    const twice = { serviceId: service, status: 'OPERATIONAL' };
    expect(await opened({ services: [twice, { ...twice }] })).toEqual([
      'INVALID_INPUT input services 1 serviceId',
    ]);
    expect(await opened({ startedAt: minutesFromNow(60) })).toEqual(['INVALID_INPUT input startedAt']);
    expect(await opened({ message: ' ' })).toEqual(['INVALID_INPUT input message']);
    expect(await opened({ organizationId: stage.organizationId })).toEqual([
      'NOT_FOUND input organizationId',
    ]);
    expect(await opened({ tenantId: stage.annex })).toEqual(['NOT_FOUND input tenantId']);
    const { userId: leadId } = stage.resident;
    expect(await opened({ leadId })).toEqual(['INVALID_INPUT input leadId']);
    expect(await opened({ leadId: stage.gil.userId })).toEqual(['NOT_FOUND input leadId']);

    expect(await posted({ occurredAt: minutesFromNow(60) })).toEqual(['INVALID_INPUT input occurredAt']);
    expect(await posted({ occurredAt: minutesFromNow(-90) })).toEqual(['INVALID_INPUT input occurredAt']);
    expect(await posted({ status: 'POSTMORTEM' })).toEqual(['INVALID_STATE input status']);
    expect(await posted({ status: 'INVESTIGATING' })).toEqual(['INVALID_STATE input status']);
    const foreignServices = { services: [{ serviceId: foreign, status: 'OPERATIONAL' }] };
    expect(await posted(foreignServices)).toEqual(['NOT_FOUND input services 0 serviceId']);
    const message = { input: { message: 'Again.' } };
    expect(await refused('incidentReopen', { id, ...message })).toEqual(['INVALID_STATE id']);
    expect(await refused('incidentResolve', { id: other, ...message })).toEqual(['NOT_FOUND id']);
    expect(await refused('incidentUpdate', { id, input: { services: [] } })).toEqual([
      'INVALID_INPUT input services',
    ]);
    expect(await refused('serviceDelete', { id: service })).toEqual(['IN_USE id']);

    expect(await timelineOf(id)).toEqual(before);
    expect(await received(ada, after)).toEqual([]);
    expect(await received(stage.resident, after)).toEqual([]);
  });

  test('43 D: twenty reports with one key on two nodes open one incident, and after its resolution another one', async () => {
    const service = await stage.service();
    const after = await ada.now(stage.acme);
    const reports = Array.from({ length: 20 }, (_, number) =>
      open(service, { key: 'disk' }, number % 2 === 0 ? ada : elsewhere),
    );
    const ids = new Set(await Promise.all(reports));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    const kinds = (await received(ada, after)).map(({ __typename }) => __typename);
    expect(kinds).toEqual(['IncidentOpened', 'IncidentUpdatePosted', 'ServiceUpdated']);
    await mutate(ada, 'incidentResolve', { id, input: { message: 'Freed.' } });
    const next = await open(service, { key: 'disk' });
    expect(next).not.toBe(id);
    expect(await refused('incidentReopen', { id, input: { message: 'Full again.' } })).toEqual([
      'ALREADY_EXISTS id',
    ]);
  });

  test('43: the same key in two tenants and in their organization is three incidents', async () => {
    const affected = ada.follow(
      'subscription ($after: Cursor) { serviceStatusChanged(after: $after) { entityId } }',
      { after: await ada.now(stage.acme) },
    );
    const ids = new Set([
      await open(await stage.service(), { key: 'shared key' }),
      await open(await stage.service(stage.ann), { key: 'shared key' }, stage.ann),
      await open(await stage.service(stage.olga), { key: 'shared key' }, stage.olga),
    ]);
    expect(ids.size).toBe(3);
    // The shared one comes to the tenant later, and is none of the events of the next test.
    expect(await affected.take(2)).toHaveLength(2);
  });

  test('43 L: a posted update RESOLVED and incidentResolve give the same rows and the same events', async () => {
    const outcomes: unknown[] = [];
    for (const resolve of [
      (id: string) => mutate(ada, 'incidentResolve', { id, input: { message: 'Fixed.' } }),
      (id: string) => post(id, { message: 'Fixed.', status: 'RESOLVED' }),
    ]) {
      const service = await stage.service();
      const id = await open(service);
      const after = await ada.now(stage.acme);
      const resolved = elsewhere.follow(
        'subscription ($after: Cursor) { incidentResolved(after: $after) { entityId } }',
        { after },
      );
      await resolve(id);
      expect(await resolved.take(1)).toEqual([{ entityId: id }]);
      const { updatedAt, resolvedAt, services, ...incident } = await timelineOf(id);
      expect(Date.parse(resolvedAt)).toBeLessThanOrEqual(Date.parse(updatedAt));
      expect(services).toHaveLength(1);
      outcomes.push([incident, await received(ada, after), await stage.statusOf(service)]);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).toMatchObject([{ status: 'RESOLVED' }, [{}, {}, {}], 'OPERATIONAL NONE']);
  });

  test('43: a note from before the last step changes nothing of the present', async () => {
    const service = await stage.service();
    const id = await open(service, { startedAt: minutesFromNow(-120) });
    await post(id, { status: 'IDENTIFIED', occurredAt: minutesFromNow(-100) });
    await post(id, { status: 'MONITORING', occurredAt: minutesFromNow(-80) });
    await post(id, { status: 'RESOLVED' });
    const note = { occurredAt: minutesFromNow(-90) };
    const refusal = { input: { incidentId: id, message: 'Late.', status: 'INVESTIGATING', ...note } };
    expect(await refused('incidentUpdatePost', refusal)).toEqual(['INVALID_INPUT input status']);
    const before = await timelineOf(id);
    await post(id, note);
    const { updates, ...incident } = await timelineOf(id);
    expect({ ...incident, updates: before.updates }).toEqual(before);
    expect(updates.nodes.map(({ status }: { status: string }) => status)).toEqual([
      'INVESTIGATING',
      'IDENTIFIED',
      'IDENTIFIED',
      'MONITORING',
      'RESOLVED',
    ]);
    expect(await stage.statusOf(service)).toBe('OPERATIONAL NONE');
  });

  test('43: an open incident whose service is well again stays in the list of open ones', async () => {
    const service = await stage.service();
    const id = await open(service);
    await post(id, { services: [{ serviceId: service, status: 'OPERATIONAL' }] });
    expect(await stage.statusOf(service)).toMatch(/^OPERATIONAL/);
    const { incidents } = await ada.ask('{ incidents(open: true, first: 100) { nodes { id } } }');
    expect(incidents.nodes).toContainEqual({ id });
    await post(id, { status: 'RESOLVED' });
    const { over, still } = await ada.ask(
      '{ over: incidents(open: false, first: 100) { nodes { id } } still: incidents(open: true, first: 100) { nodes { id } } }',
    );
    expect(over.nodes).toContainEqual({ id });
    expect(still.nodes).not.toContainEqual({ id });
  });

  test('43 L: deleting the worse of two incidents gives the service the status of the other in that change', async () => {
    const service = await stage.service();
    const worse = await open(service);
    await open(service, { services: [{ serviceId: service, status: 'DEGRADED_PERFORMANCE' }] });
    expect(await stage.statusOf(service)).toBe('MAJOR_OUTAGE INCIDENT');
    const after = await ada.now(stage.acme);
    await mutate(ada, 'incidentDelete', { id: worse });
    expect(await stage.statusOf(service)).toBe('DEGRADED_PERFORMANCE INCIDENT');
    const events = await received(stage.resident, after);
    expect(events.map(({ __typename }) => __typename).toSorted()).toEqual([
      'IncidentDeleted',
      'IncidentUpdateDeleted',
      'ServiceUpdated',
    ]);
    expect(await timelineOf(worse)).toBeNull();
    const audited =
      'query ($id: ID!) { auditLog(filter: { entityId: { equals: $id } }) { nodes { action } } }';
    expect((await ada.ask(audited, { id: worse })).auditLog.nodes.map((entry: never) => entry)).toEqual([
      { action: 'DELETED' },
      { action: 'CREATED' },
    ]);
  });

  test('43: an incident is of every UTC day that it overlaps, whatever the zone of the database session', async () => {
    const service = await stage.service();
    const id = await open(service, { startedAt: '2026-03-28T23:30:00-05:00' });
    await mutate(ada, 'incidentResolve', {
      id,
      input: { message: 'Over.', occurredAt: '2026-03-30T06:00:00Z' },
    });
    const on = async (day: number) => {
      const { incidents } = await ada.ask(
        'query ($from: DateTime, $to: DateTime) { incidents(from: $from, to: $to) { nodes { id } } }',
        { from: `2026-03-${day}T00:00:00Z`, to: `2026-03-${day + 1}T00:00:00Z` },
      );
      return incidents.nodes.map((node: { id: string }) => node.id).includes(id);
    };
    expect([await on(27), await on(28), await on(29), await on(30)]).toEqual([false, false, true, true]);
    const { errors } = await ada.run(
      '{ incidents(from: "2026-03-29T00:00:00Z", to: "2026-03-29T00:00:00Z") { totalCount } }',
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', rule: 'PERIOD_EMPTY' });
  });

  test('43 L: the counts of a group return to those before, by a change of its own row', async () => {
    const group = 'Counted';
    const input = { name: 'Search', group };
    const { serviceId } = await mutate(ada, 'serviceCreate', { input }, 'serviceId');
    const asked = '{ systemStatus { groups { name status openIncidents operational majorOutage } } }';
    const counts = async () =>
      (await stage.resident.ask(asked)).systemStatus.groups.find(
        ({ name }: { name: string }) => name === group,
      );
    const before = await counts();
    expect(before).toMatchObject({ status: 'OPERATIONAL', openIncidents: 0, operational: 1 });
    const after = await ada.now(stage.acme);
    const id = await open(serviceId);
    expect(await counts()).toMatchObject({ status: 'MAJOR_OUTAGE', openIncidents: 1, majorOutage: 1 });
    await mutate(elsewhere, 'incidentResolve', { id, input: { message: 'Over.' } });
    expect(await counts()).toEqual(before);
    const changed = stage.resident.follow(
      'subscription ($after: Cursor) { systemStatusChanged(after: $after) { systemStatus { group openIncidents } } }',
      { after },
    );
    const events: { systemStatus: { group: string | null } }[] = await changed.take(4);
    expect(events.filter(({ systemStatus }) => systemStatus.group === group)).toEqual([
      { systemStatus: { group, openIncidents: 1 } },
      { systemStatus: { group, openIncidents: 0 } },
    ]);
  });

  test('43: nodes that open and resolve incidents on two services in opposite order get no error', async () => {
    const [one, other] = [await stage.service(), await stage.service()];
    const pair = (first: string, second: string) => ({
      services: [first, second].map((serviceId) => ({ serviceId, status: 'PARTIAL_OUTAGE' })),
    });
    for (let round = 0; round < 5; round += 1) {
      const [here, there] = await Promise.all([
        open(one, pair(one, other)),
        open(one, pair(other, one), elsewhere),
      ]);
      await Promise.all([
        mutate(elsewhere, 'incidentResolve', { id: here, input: { message: 'Over.' } }),
        mutate(ada, 'incidentResolve', { id: there, input: { message: 'Over.' } }),
      ]);
    }
    for (const id of [one, other]) expect(await stage.statusOf(id)).toBe('OPERATIONAL NONE');
  });
});
