import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Dice } from '../support/dice.ts';
import { disturbance } from '../support/incidents.ts';
import { refusals } from '../support/mutate.ts';
import type { Person, Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { compareWithModel } from '../support/status-model.ts';
import { aStatusStage, type StatusStage } from '../support/status-stage.ts';
import { TableDump } from '../support/table-dump.ts';

const STATUSES = [
  'OPERATIONAL',
  'UNDER_MAINTENANCE',
  'DEGRADED_PERFORMANCE',
  'PARTIAL_OUTAGE',
  'MAJOR_OUTAGE',
];
const STEPS = ['INVESTIGATING', 'IDENTIFIED', 'MONITORING', 'RESOLVED', 'POSTMORTEM', null];
const GROUPS = [null, 'Portals', 'Platform'];
const SYSTEM = `{ systemStatus { operational underMaintenance degraded partialOutage majorOutage openIncidents }
  services(first: 100) { totalCount } incidents(open: true) { totalCount } }`;

/** The refusals that a user of a system at work meets. Any other code is a fault. */
const EXPECTED = ['NOT_FOUND', 'INVALID_INPUT', 'INVALID_STATE', 'IN_USE', 'ALREADY_EXISTS'];

/** The length of the histories: so much time, but at least and at most so many rounds. */
const DURATION_MS = 15_000;
const ROUNDS = { least: 5, most: 60 };
const AT_ONCE = 8;

/** A new one for each run, which a failure prints. */
const SEED = Math.floor(Math.random() * 1e9);

describeOnPostgres('status as a function of what is open', () => {
  let stage: StatusStage;
  let tables: TableDump;

  beforeAll(async () => {
    stage = await aStatusStage();
    tables = await TableDump.open(stage.installation.app.config.databaseUrl);
  }, 120_000);

  afterAll(async () => {
    await tables.close();
    await stage.installation.stop();
  });

  /** The ids of the rows of an owner. */
  async function idsIn(table: string, owner: string): Promise<string[]> {
    const rows = await tables.run<{ id: string }>(
      `SELECT id FROM ${table} WHERE coalesce(tenant_id, organization_id) = $1 ORDER BY id DESC LIMIT 6`,
      [owner],
    );
    return rows.map(({ id }) => id);
  }

  const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

  /** A random mutation of an owner's services, incidents and windows. */
  async function anAct(dice: Dice, owner: string): Promise<[name: string, args: Variables]> {
    const services = await idsIn('service', owner);
    const [incidents, windows] = [await idsIn('incident', owner), await idsIn('maintenance_window', owner)];
    if (services.length < 3) return ['serviceCreate', { input: { name: 'Door', group: dice.pick(GROUPS) } }];
    const affected = () =>
      dice.many(dice.some(services, 3), 3).map((serviceId) => ({ serviceId, status: dice.pick(STATUSES) }));
    const [serviceId, message] = [dice.pick(services), 'News.'];
    const [incidentId, windowId] = [
      dice.pick([...incidents, crypto.randomUUID()]),
      dice.pick([...windows, crypto.randomUUID()]),
    ];
    const until = dice.chance(50) ? secondsFromNow(1) : null;
    return dice.pick<() => [string, Variables]>([
      () => ['serviceCreate', { input: { name: 'Door', group: dice.pick(GROUPS) } }],
      () => ['serviceUpdate', { id: serviceId, input: { group: dice.pick(GROUPS) } }],
      () => ['serviceDelete', { id: serviceId }],
      () => ['serviceStatusSet', { id: serviceId, status: dice.pick(STATUSES), reason: 'Rain', until }],
      () => ['serviceStatusClear', { id: serviceId }],
      () => [
        'incidentOpen',
        { input: disturbance(serviceId, { services: affected(), key: dice.pick(['disk', null]) }) },
      ],
      () => ['incidentOpen', { input: disturbance(serviceId, { startedAt: secondsFromNow(-3_600) }) }],
      () => ['incidentUpdate', { id: incidentId, input: { services: affected() } }],
      () => [
        'incidentUpdatePost',
        { input: { incidentId, message, status: dice.pick(STEPS), services: affected() } },
      ],
      () => ['incidentUpdatePost', { input: { incidentId, message, status: dice.pick(STEPS) } }],
      () => ['incidentResolve', { id: incidentId, input: { message, occurredAt: secondsFromNow(-1_800) } }],
      () => ['incidentReopen', { id: incidentId, input: { message } }],
      () => ['incidentDelete', { id: incidentId }],
      () => [
        'maintenanceWindowSchedule',
        {
          input: {
            ...{ title: 'Pipes', serviceIds: dice.some(services, 3) },
            ...{ startsAt: secondsFromNow(0), endsAt: secondsFromNow(2 + dice.below(4)) },
          },
        },
      ],
      () => ['maintenanceWindowUpdate', { id: windowId, input: { serviceIds: dice.some(services, 2) } }],
      () => ['maintenanceWindowCancel', { id: windowId }],
    ])();
  }

  test(`42 43 44 S: whatever two nodes open, resolve, override, plan, move and delete together, each status and roll-up is that of what is open (seed ${SEED})`, async () => {
    const dice = new Dice(SEED);
    const owners: [string, Person][] = [
      [stage.acme, stage.ada],
      [stage.organizationId, stage.olga],
    ];
    const done = new Set<string>();
    const end = Date.now() + DURATION_MS;
    for (let round = 0; round < ROUNDS.most && (round < ROUNDS.least || Date.now() < end); round += 1) {
      const acts: Promise<void>[] = [];
      for (let number = 0; number < AT_ONCE; number += 1) {
        const [owner, by] = dice.pick(owners);
        const [name, args] = await anAct(dice, owner);
        const who = dice.chance(50) ? by : by.at(stage.elsewhere);
        acts.push(
          refusals(who, name, args).then((refused) => {
            for (const { code } of refused)
              expect([name, EXPECTED]).toEqual([name, expect.arrayContaining([code])]);
            if (refused.length === 0) done.add(name);
          }),
        );
      }
      // Both nodes do due work all the time: this looks at one moment between its transactions and these.
      const { stored, expected } = await compareWithModel(tables);
      expect(stored).toEqual(expected);
      await Promise.all(acts);
      const after = await compareWithModel(tables);
      expect(after.stored).toEqual(after.expected);
    }
    expect(done.size).toBeGreaterThan(8);
    await expectSameAnswers();
  }, 120_000);

  /** The answers of the API, as every role of the tenant gets them on both nodes, add up to the rows of one moment. */
  async function expectSameAnswers(): Promise<void> {
    for (;;) {
      const before = await compareWithModel(tables);
      const askers = [stage.ada, stage.sue, stage.resident, stage.resident.at(stage.elsewhere)];
      const answers = await Promise.all(askers.map((who) => who.ask(SYSTEM)));
      const after = await compareWithModel(tables);
      // A window or an override ended in between.
      if (String(before.stored) !== String(after.stored)) continue;
      const [first, ...others] = answers;
      for (const other of others) expect(other).toEqual(first);
      const { openIncidents, ...counts } = first.systemStatus;
      const sum = Object.values<number>(counts).reduce((one, other) => one + other, 0);
      expect([sum, openIncidents]).toEqual([first.services.totalCount, first.incidents.totalCount]);
      return;
    }
  }
});
