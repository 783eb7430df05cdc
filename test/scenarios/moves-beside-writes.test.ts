import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HeldRow } from '../support/held-row.ts';
import { someHomes } from '../support/homes.ts';
import { disturbance, openIncident } from '../support/incidents.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person, Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { minutesFromNow } from '../support/status-stage.ts';
import { TableDump } from '../support/table-dump.ts';
import { untilSharedRowsArrive, untilWorkIsDone } from '../support/work-done.ts';

/** The rows of the tenant that are of another organization than it, or refer to a row of another owner. */
const ASTRAY = `
  SELECT found.name FROM (
    SELECT 'team' AS name, tenant_id, organization_id FROM team
    UNION ALL SELECT 'team_member', tenant_id, organization_id FROM team_member
    UNION ALL SELECT 'service', tenant_id, organization_id FROM service
    UNION ALL SELECT 'incident', tenant_id, organization_id FROM incident
    UNION ALL SELECT 'maintenance_window', tenant_id, organization_id FROM maintenance_window
    UNION ALL SELECT 'system_status', tenant_id, organization_id FROM system_status
    UNION ALL SELECT 'team of ' || kind, holder.tenant_id, team.organization_id FROM team JOIN (
      SELECT 'service' AS kind, tenant_id, team_id FROM service
      UNION ALL SELECT 'incident', tenant_id, team_id FROM incident
      UNION ALL SELECT 'window', tenant_id, team_id FROM maintenance_window
      UNION ALL SELECT 'request', tenant_id, team_id FROM maintenance_request
    ) AS holder ON holder.team_id = team.id
    UNION ALL SELECT 'membership', member.tenant_id, team.organization_id
      FROM team_member JOIN team ON team.id = team_id JOIN "user" AS member ON member.id = user_id
    UNION ALL SELECT 'service of an incident', incident.tenant_id, service.organization_id
      FROM incident_service JOIN incident ON incident.id = incident_id JOIN service ON service.id = service_id
    UNION ALL SELECT 'service of a window', maintenance_window.tenant_id, service.organization_id
      FROM maintenance_window_service JOIN maintenance_window ON maintenance_window.id = window_id
        JOIN service ON service.id = service_id
  ) AS found JOIN tenant ON tenant.id = found.tenant_id WHERE found.organization_id <> tenant.organization_id`;

describeOnPostgres('a tenant that moves while another node writes rows of it', () => {
  let installation: Installation;
  let [here, there]: Person[] = [];
  let acme: TestTenant;
  let globex: TestTenant;
  let sue: TestUser;
  let tables: TableDump;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    installation = await Installation.start();
    here = installation.root;
    there = here.at(await installation.anotherNode());
    acme = await installation.aTenant('Acme');
    globex = await installation.aTenant('Globex');
    const { id: tenantId } = acme;
    sue = await installation.aUser('SUPPORT', { tenantId });
    const homes = await someHomes(installation, acme, 'Alder');
    tables = await TableDump.open(installation.app.config.databaseUrl);
    const { units } = homes;
    const request = { unitId: units[0].id, title: 'Cold radiator' };
    const made = async (name: string, id: string, input: object) =>
      (await mutate(installation.root, name, { input }, id))[id];
    ids.request = await made('maintenanceRequestCreate', 'maintenanceRequestId', request);
    ids.shared = await made('teamCreate', 'teamId', { organizationId: acme.organizationId, name: 'Shared' });
    ids.service = await made('serviceCreate', 'serviceId', { tenantId, name: 'Door' });
    ids.incident = await openIncident(installation.root, ids.service as string, { tenantId });
    ids.window = await made('maintenanceWindowSchedule', 'maintenanceWindowId', aWindow());
  }, 120_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const aWindow = () => ({
    ...{ tenantId: acme.id, title: 'Pipes', serviceIds: [ids.service] },
    ...{ startsAt: minutesFromNow(60), endsAt: minutesFromNow(120) },
  });
  const move = (by: Person, to: TestTenant) =>
    codes(by, 'tenantUpdate', {
      id: acme.id,
      input: { organizationId: to.organizationId },
    });

  /** Holds what the first of two writes changes in a feed until both wait, the first at its COMMIT; gives both. */
  async function together(feed: string, first: () => Promise<string[]>, second: () => Promise<string[]>) {
    const held = await HeldRow.ofFeed(String(installation.app.config.databaseUrl), feed);
    try {
      const one = first();
      await Promise.race([held.untilAwaited(1), one.then(endedEarly)]);
      const other = second();
      await Promise.race([held.untilAwaited(2), other.then(endedEarly)]);
      return [one, other];
    } finally {
      await held.release();
    }
  }

  function endedEarly(refusals: string[]): void {
    throw new Error(`A write ended before it waited, with the refusals [${refusals}].`);
  }

  const WRITES: Record<string, () => [mutation: string, args: Variables]> = {
    'a service with the shared team': () => ['serviceUpdate', withTeam('service')],
    'an incident with the shared team': () => ['incidentUpdate', withTeam('incident')],
    'a window with the shared team': () => ['maintenanceWindowUpdate', withTeam('window')],
    'a request with the shared team': () => ['maintenanceRequestUpdate', withTeam('request')],
    'a new service with the shared team': () => [
      'serviceCreate',
      { input: { tenantId: acme.id, name: 'New', teamId: ids.shared } },
    ],
    'a new team': () => ['teamCreate', { input: { tenantId: acme.id, name: 'Own' } }],
    'a new service': () => ['serviceCreate', { input: { tenantId: acme.id, name: 'New' } }],
    'a new incident': () => [
      'incidentOpen',
      { input: disturbance(ids.service as string, { tenantId: acme.id }) },
    ],
    'a new window': () => ['maintenanceWindowSchedule', { input: aWindow() }],
    'a member of the shared team': () => [
      'teamMemberAdd',
      { input: { teamId: ids.shared, userId: sue.userId } },
    ],
    'a step of an incident': () => [
      'incidentUpdatePost',
      { input: { incidentId: ids.incident, message: 'News.' } },
    ],
    'an override': () => ['serviceStatusSet', { id: ids.service, status: 'PARTIAL_OUTAGE', reason: 'Rain' }],
  };
  const withTeam = (kind: string) => ({ id: ids[kind], input: { teamId: ids.shared } });

  beforeEach(async () => {
    // The work after a move writes to the same feed, and must not be taken for the first of the next two writes.
    await untilWorkIsDone(tables);
    await untilSharedRowsArrive(tables);
  });

  afterEach(async () => {
    // No reference to the shared team holds the tenant, which returns to its first organization.
    for (const table of ['service', 'incident', 'maintenance_window', 'maintenance_request'])
      await tables.run(`UPDATE ${table} SET team_id = NULL WHERE team_id = $1`, [ids.shared]);
    await tables.run('DELETE FROM team_member WHERE team_id = $1', [ids.shared]);
    await move(installation.root, acme);
  });

  describe.each(Object.keys(WRITES))('45: %s', (name) => {
    const write = (by: Person) => codes(by, ...(WRITES[name] as () => [string, Variables])());

    // The members of a shared team are of the organization, as the team is.
    const feed = () => (name === 'a member of the shared team' ? acme.organizationId : acme.id);

    test('before it: the row moves with it, or the move is refused', async () => {
      const [written, moved] = await together(
        feed(),
        () => write(there as Person),
        () => move(here as Person, globex),
      );
      expect(await written).toEqual([]);
      // A reference to the shared team holds the tenant; a membership ends with the move.
      expect(await moved).toEqual(name.endsWith('with the shared team') ? ['IN_USE'] : []);
      expect(await tables.run(ASTRAY)).toEqual([]);
    });

    test('after it: the row is of the new organization, or refused', async () => {
      const [moved, written] = await together(
        feed(),
        () => move(here as Person, globex),
        () => write(there as Person),
      );
      expect(await moved).toEqual([]);
      expect(await written).toEqual(name.endsWith('shared team') ? ['INVALID_INPUT'] : []);
      expect(await tables.run(ASTRAY)).toEqual([]);
    });
  });
});
