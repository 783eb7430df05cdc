import type { TableDump } from './table-dump.ts';

// A model of status that knows nothing of effects: it asks every open incident, running window and override again.

const WORSE = [
  'OPERATIONAL',
  'UNDER_MAINTENANCE',
  'DEGRADED_PERFORMANCE',
  'PARTIAL_OUTAGE',
  'MAJOR_OUTAGE',
] as const;
const COUNTS = ['operational', 'under_maintenance', 'degraded', 'partial_outage', 'major_outage'] as const;

interface Service {
  readonly id: string;
  readonly owner: string;
  readonly group: string | null;
  readonly override: string | null;
  readonly shown: string;
}

interface Cause {
  readonly id: string;
  readonly owner: string;
  readonly kind: 'INCIDENT' | 'MAINTENANCE';
  readonly serviceId: string;
  readonly status: string;
}

/** Services and roll-ups as they are stored, and as they follow from incidents, windows and overrides; as texts. */
export interface Compared {
  readonly stored: readonly string[];
  readonly expected: readonly string[];
}

/** Compares what is stored with the model, in one snapshot of the database. */
export async function compareWithModel(tables: TableDump): Promise<Compared> {
  await tables.run('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const services = await tables.run<Service>(
    `SELECT id, coalesce(tenant_id, organization_id) AS owner, "group", override_status AS override,
       concat_ws(' ', status, status_source, derived_status) AS shown FROM service`,
  );
  const causes = await tables.run<Cause>(
    `SELECT incident.id, coalesce(tenant_id, organization_id) AS owner, 'INCIDENT' AS kind,
       service_id::text AS "serviceId", incident_service.status::text
     FROM incident JOIN incident_service ON incident_id = incident.id
     WHERE incident.status IN ('INVESTIGATING', 'IDENTIFIED', 'MONITORING')
     UNION ALL
     SELECT id, coalesce(tenant_id, organization_id), 'MAINTENANCE', unnest(service_ids)::text, 'UNDER_MAINTENANCE'
     FROM maintenance_window WHERE status = 'IN_PROGRESS'`,
  );
  const rollUps = await tables.run<{ shown: string }>(
    `SELECT concat_ws(' ', coalesce(tenant_id, organization_id), coalesce("group", '-'), status,
       ${COUNTS.join(', ')}, open_incidents) AS shown FROM system_status`,
  );
  await tables.run('COMMIT');
  const statuses = new Map(services.map((service) => [service.id, modelOf(service, causes)]));
  return {
    stored: [
      ...services.map(({ id, shown }) => `${id} ${shown}`),
      ...rollUps.map(({ shown }) => shown),
    ].sort(),
    expected: [
      ...services.map(({ id }) => `${id} ${statuses.get(id)?.join(' ')}`),
      ...rollUpsOf(services, causes, (id) => statuses.get(id)?.[0] ?? ''),
    ].sort(),
  };
}

/** The status of a service, where it comes from, and what it is without an override. */
function modelOf({ id, override }: Service, causes: readonly Cause[]): [string, string, string] {
  const own = causes.filter(({ serviceId }) => serviceId === id);
  const derived =
    WORSE.filter((status) => own.some((cause) => cause.status === status)).pop() ?? 'OPERATIONAL';
  if (override) return [override, 'OVERRIDE', derived];
  const kinds = own.filter(({ status }) => status === derived).map(({ kind }) => kind);
  return [derived, kinds.includes('INCIDENT') ? 'INCIDENT' : (kinds[0] ?? 'NONE'), derived];
}

function rollUpsOf(
  services: readonly Service[],
  causes: readonly Cause[],
  statusOf: (id: string) => string,
): string[] {
  const places = new Set(services.flatMap(({ owner, group }) => [`${owner} -`, `${owner} ${group ?? '-'}`]));
  return [...places].map((place) => {
    const [owner, ...words] = place.split(' ');
    const group = words.join(' ');
    const counted = services.filter((one) => one.owner === owner && (group === '-' || one.group === group));
    const counts = WORSE.map((status) => counted.filter(({ id }) => statusOf(id) === status).length);
    const worst = WORSE.findLast((_status, index) => (counts[index] ?? 0) > 0);
    const open = causes.filter(
      (cause) =>
        cause.kind === 'INCIDENT' &&
        cause.owner === owner &&
        (group === '-' || counted.some(({ id }) => id === cause.serviceId)),
    );
    return [place, worst, ...counts, new Set(open.map(({ id }) => id)).size].join(' ');
  });
}
