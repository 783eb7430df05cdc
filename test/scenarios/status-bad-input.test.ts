import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { disturbance, openIncident, postUpdate, refusedTo } from '../support/incidents.ts';
import { mutate } from '../support/mutate.ts';
import type { Person, Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStatusStage, minutesFromNow, type StatusStage } from '../support/status-stage.ts';
import { TableDump } from '../support/table-dump.ts';

const TABLES = [
  ...['service', 'service_effect', 'system_status', 'team', 'team_member', 'due_work', 'change', 'feed_head'],
  ...['incident', 'incident_service', 'incident_update', 'maintenance_window', 'maintenance_window_service'],
];
const CHANGES = 'subscription ($after: Cursor) { changes(after: $after) { __typename } }';

interface Created {
  readonly service: { readonly name: string };
}

describeOnPostgres('bad input about status', () => {
  let stage: StatusStage;
  let root: Person;
  let tables: TableDump;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    stage = await aStatusStage();
    const { ada, gil, olga, acme } = stage;
    root = stage.installation.root;
    tables = await TableDump.open(stage.installation.app.config.databaseUrl);
    const window = (service: string) => ({
      ...{ title: 'Pipes', serviceIds: [service] },
      ...{ startsAt: minutesFromNow(60), endsAt: minutesFromNow(120) },
    });
    Object.assign(ids, {
      own: await stage.service(),
      foreign: await stage.service(gil),
      shared: await stage.service(olga),
      planned: await stage.service(),
      deleted: await stage.service(),
    });
    ids.open = await openIncident(ada, String(ids.own), { startedAt: minutesFromNow(-60) });
    ids.over = await openIncident(ada, String(ids.own));
    await postUpdate(ada, String(ids.over), { status: 'RESOLVED' });
    const input = window(String(ids.planned));
    ids.window = (
      await mutate(ada, 'maintenanceWindowSchedule', { input }, 'maintenanceWindowId')
    ).maintenanceWindowId;
    await mutate(ada, 'serviceDelete', { id: ids.deleted });
    // The copies of what is shared have arrived.
    const CREATED = 'subscription ($after: Cursor) { serviceCreated(after: $after) { service { name } } }';
    const stream = ada.follow(CREATED, { after: await root.now(acme) });
    await stage.service(olga, 'fence');
    for (let name = ''; name !== 'fence'; ) ({ name } = ((await stream.event()) as Created).service);
  }, 120_000);

  afterAll(async () => {
    await tables.close();
    await stage.installation.stop();
  });

  /** A digest of every table that status is in, and of the log. */
  async function written(): Promise<Record<string, unknown>> {
    const digests: Record<string, unknown> = {};
    for (const table of TABLES) {
      [digests[table]] = await tables.run(
        `SELECT count(*), md5(string_agg(row::text, ';' ORDER BY row::text)) AS hash FROM "${table}" AS row`,
      );
    }
    return digests;
  }

  const affecting = (...services: string[]) => ({
    input: disturbance('', {
      services: services.map((name) => ({ serviceId: ids[name], status: 'MAJOR_OUTAGE' })),
    }),
  });
  const posting = (incident: string, more: object) => ({
    input: { incidentId: ids[incident], message: 'News.', ...more },
  });
  const planning = (more: object) => ({
    input: {
      ...{ title: 'Pipes', serviceIds: [ids.own] },
      ...{ startsAt: minutesFromNow(60), endsAt: minutesFromNow(120), ...more },
    },
  });

  const CASES: [string, () => [mutation: string, args: Variables, refusal: string]][] = [
    [
      'a transition that the table does not have',
      () => ['incidentUpdatePost', posting('open', { status: 'POSTMORTEM' }), 'INVALID_STATE input status'],
    ],
    [
      'a transition of an incident that is over',
      () => ['incidentUpdatePost', posting('over', { status: 'MONITORING' }), 'INVALID_STATE input status'],
    ],
    [
      'a second resolution',
      () => ['incidentResolve', { id: ids.over, input: { message: 'Again.' } }, 'INVALID_STATE id'],
    ],
    ['an incident without services', () => ['incidentOpen', affecting(), 'INVALID_INPUT input services']],
    [
      'an incident that loses its last service',
      () => ['incidentUpdate', { id: ids.open, input: { services: [] } }, 'INVALID_INPUT input services'],
    ],
    [
      'a window without services',
      () => ['maintenanceWindowSchedule', planning({ serviceIds: [] }), 'INVALID_INPUT input serviceIds'],
    ],
    [
      'a service of another organization in an incident',
      () => ['incidentOpen', affecting('own', 'foreign'), 'NOT_FOUND input services 1 serviceId'],
    ],
    [
      'a service of another organization in an update',
      () => [
        'incidentUpdatePost',
        posting('open', { services: [{ serviceId: ids.foreign, status: 'OPERATIONAL' }] }),
        'NOT_FOUND input services 0 serviceId',
      ],
    ],
    [
      'a service that the organization shares in an incident of its tenant',
      () => ['incidentOpen', affecting('shared'), 'INVALID_INPUT input services 0 serviceId'],
    ],
    [
      'a service of another organization in a window',
      () => [
        'maintenanceWindowSchedule',
        planning({ serviceIds: [ids.own, ids.foreign] }),
        'NOT_FOUND input serviceIds 1',
      ],
    ],
    [
      'an end before its start',
      () => [
        'maintenanceWindowSchedule',
        planning({ endsAt: minutesFromNow(30) }),
        'INVALID_INPUT input endsAt',
      ],
    ],
    [
      'an end that is its start',
      () => {
        const endsAt = minutesFromNow(60);
        return [
          'maintenanceWindowSchedule',
          planning({ startsAt: endsAt, endsAt }),
          'INVALID_INPUT input endsAt',
        ];
      },
    ],
    [
      'a start that is moved beyond the end',
      () => [
        'maintenanceWindowUpdate',
        { id: ids.window, input: { startsAt: minutesFromNow(180) } },
        'INVALID_INPUT input endsAt',
      ],
    ],
    [
      'an extension to an earlier end',
      () => [
        'maintenanceWindowExtend',
        { id: ids.window, endsAt: minutesFromNow(90) },
        'INVALID_INPUT endsAt',
      ],
    ],
    [
      'an override that ended',
      () => [
        'serviceStatusSet',
        { id: ids.own, status: 'MAJOR_OUTAGE', reason: 'Rain', until: minutesFromNow(-5) },
        'INVALID_INPUT until',
      ],
    ],
    [
      'a back-date before the incident',
      () => [
        'incidentUpdatePost',
        posting('open', { occurredAt: minutesFromNow(-90) }),
        'INVALID_INPUT input occurredAt',
      ],
    ],
    [
      'a resolution before the incident',
      () => [
        'incidentResolve',
        { id: ids.open, input: { message: 'Over.', occurredAt: minutesFromNow(-90) } },
        'INVALID_INPUT input occurredAt',
      ],
    ],
    [
      'a beginning in the future',
      () => {
        const { input } = affecting('own');
        const startedAt = minutesFromNow(60);
        return ['incidentOpen', { input: { ...input, startedAt } }, 'INVALID_INPUT input startedAt'];
      },
    ],
    [
      'a deleted service in a new incident',
      () => ['incidentOpen', affecting('own', 'deleted'), 'NOT_FOUND input services 1 serviceId'],
    ],
    ['the deletion of a service in an open incident', () => ['serviceDelete', { id: ids.own }, 'IN_USE id']],
    [
      'the deletion of a service in a planned window',
      () => ['serviceDelete', { id: ids.planned }, 'IN_USE id'],
    ],
  ];

  test.each(CASES)('43 44 X: %s is refused: no row, no log and no stream has it', async (_name, given) => {
    const before = await written();
    const [mutation, args, refusal] = given();
    const ofTenant = await root.now(stage.acme);
    const { services } = await stage.olga.ask('{ services { feedCursor } }');
    expect(await refusedTo(stage.ada, mutation, args)).toEqual([refusal]);
    expect(await written()).toEqual(before);
    for (const [who, after] of [
      [stage.ada, ofTenant],
      [stage.resident, ofTenant],
      [stage.olga, services.feedCursor],
    ] as const) {
      const stream = who.follow(CHANGES, { after });
      expect(await stream.changesUntilCaughtUp()).toEqual([]);
      await stream.close();
    }
  });
});
