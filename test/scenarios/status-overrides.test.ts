import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openIncident } from '../support/incidents.ts';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStatusStage, type StatusStage } from '../support/status-stage.ts';
import { TableDump } from '../support/table-dump.ts';

const LATER = '9999-01-01T00:00:00Z';
const STATUS_CHANGED = `subscription ($after: Cursor) { serviceStatusChanged(after: $after) {
  from to actor { kind } service { id statusSource } } }`;
const EVENTS =
  'subscription ($after: Cursor) { serviceChanged(after: $after) { __typename ... on EntityEvent { entityId } } }';

describeOnPostgres('overrides of the status of a service', () => {
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

  const override = (id: string, status: string, until: string | null) =>
    mutate(stage.ada, 'serviceStatusSet', { id, status, reason: 'Rain', until });

  /** Lets the end of an override be an hour ago, as if no node had run since; the database's clock cannot be held. */
  async function endAnHourAgo(id: string): Promise<string> {
    const hourAgo = `date_trunc('second', now()) - interval '1 hour'`;
    await stage.sql(
      `UPDATE service_effect SET from_at = now() - interval '2 hours' WHERE service_id = '${id}'`,
    );
    const [row] = await tables.run<{ until: Date }>(
      `UPDATE service SET override_until = ${hourAgo} WHERE id = $1 RETURNING override_until AS until`,
      [id],
    );
    await stage.sql(`UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
    return String(row?.until.toISOString());
  }

  test('42 L: the end of an override returns to what is derived then, and the uptime has the end that was planned', async () => {
    const { ada, elsewhere, acme } = stage;
    const id = await stage.service();
    const after = await ada.now(acme);
    await override(id, 'DEGRADED_PERFORMANCE', LATER);
    const incident = await openIncident(ada, id);
    expect(await stage.statusOf(id)).toBe('DEGRADED_PERFORMANCE OVERRIDE');
    const until = await endAnHourAgo(id);
    const events = await ada.at(elsewhere).follow(STATUS_CHANGED, { after }).take(2);
    expect(events).toEqual([
      {
        ...{ from: 'OPERATIONAL', to: 'DEGRADED_PERFORMANCE' },
        ...{ actor: { kind: 'USER' }, service: { id, statusSource: 'OVERRIDE' } },
      },
      {
        ...{ from: 'DEGRADED_PERFORMANCE', to: 'MAJOR_OUTAGE' },
        ...{ actor: { kind: 'SYSTEM' }, service: { id, statusSource: 'INCIDENT' } },
      },
    ]);
    const ended = await tables.run<{ to: Date }>(
      `SELECT to_at AS to FROM service_effect WHERE service_id = $1 AND source = 'OVERRIDE'`,
      [id],
    );
    expect(ended.map(({ to }) => to.toISOString())).toEqual([until]);
    await mutate(ada, 'incidentResolve', { id: incident, input: { message: 'Over.' } });
    expect(await stage.statusOf(id)).toBe('OPERATIONAL NONE');
  });

  test('42: at the end of an override that a longer one replaced nothing happens', async () => {
    const { ada, acme } = stage;
    const id = await stage.service();
    await override(id, 'MAJOR_OUTAGE', LATER);
    await override(id, 'PARTIAL_OUTAGE', '9999-06-01T00:00:00Z');
    const planned = await tables.run<{ due: Date }>(
      'SELECT due_at AS due FROM due_work WHERE subject_id = $1',
      [id],
    );
    expect(planned.map(({ due }) => due.toISOString())).toEqual(['9999-06-01T00:00:00.000Z']);
    const after = await ada.now(acme);
    // The work of the first end comes all the same, as from a node that had claimed it before.
    await stage.sql(`UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
    const other = await stage.service();
    await override(other, 'MAJOR_OUTAGE', LATER);
    await endAnHourAgo(other);
    const [created, set, ended] = await ada.follow(EVENTS, { after }).changes(3);
    for (const event of [created, set, ended]) expect(event).toMatchObject({ entityId: other });
    expect(await stage.statusOf(id)).toBe('PARTIAL_OUTAGE OVERRIDE');
  });
});
