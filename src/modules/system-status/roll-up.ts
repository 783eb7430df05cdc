import type { OwnedRow } from '../../core/rights/scope.ts';
import { Prisma, type SystemStatus } from '../../generated/prisma/client.ts';
import { worstOf } from '../services/precedence.terms.ts';
import { COUNT_OF } from './system-status.changes.ts';

/** The numbers of services by status, the worst status, and the number of open incidents that affect the services. */
export type RollUp = Pick<
  SystemStatus,
  'status' | 'openIncidents' | (typeof COUNT_OF)[keyof typeof COUNT_OF]
>;

/** The roll-up of no services. */
export const NO_SERVICES: RollUp = {
  status: 'OPERATIONAL',
  operational: 0,
  underMaintenance: 0,
  degraded: 0,
  partialOutage: 0,
  majorOutage: 0,
  openIncidents: 0,
};

/** Adds two roll-ups of services that differ. */
export function sumOf(one: RollUp, other: RollUp): RollUp {
  return {
    status: worstOf([one.status, other.status]),
    operational: one.operational + other.operational,
    underMaintenance: one.underMaintenance + other.underMaintenance,
    degraded: one.degraded + other.degraded,
    partialOutage: one.partialOutage + other.partialOutage,
    majorOutage: one.majorOutage + other.majorOutage,
    openIncidents: one.openIncidents + other.openIncidents,
  };
}

/** A number of services of one group with one status. */
interface Counted {
  readonly group: string | null;
  readonly status: keyof typeof COUNT_OF;
  readonly count: number;
}

/**
 * Counts the services and open incidents of an owner: all of them under null, and those of each group under its name. An
 * owner without services has no roll-up.
 */
export async function countServices(
  db: Prisma.TransactionClient,
  owner: OwnedRow,
): Promise<ReadonlyMap<string | null, RollUp>> {
  const found = await db.service.groupBy({ by: ['group', 'status'], where: owner, _count: true });
  const counted = found.map(({ _count: count, ...of }): Counted => ({ ...of, count }));
  const incidents = await openIncidentsOf(db, owner);
  const groups = new Set(counted.flatMap(({ group }) => [null, group]));
  return new Map(
    [...groups].map((group) => {
      const services = counted.filter((one) => group === null || one.group === group);
      return [group, { ...rollUpOf(services), openIncidents: incidents.get(group) ?? 0 }];
    }),
  );
}

/** Counts the open incidents of an owner: all of them under null, and those that affect a group under its name. */
async function openIncidentsOf(
  db: Prisma.TransactionClient,
  owner: OwnedRow,
): Promise<Map<string | null, number>> {
  const { organizationId, tenantId } = owner;
  const ofOwner = tenantId ? Prisma.sql`tenant_id = ${tenantId}::uuid` : Prisma.sql`tenant_id IS NULL`;
  const found = await db.$queryRaw<{ group: string | null; count: number }[]>`
    WITH open AS (
      SELECT id FROM incident
      WHERE organization_id = ${organizationId}::uuid AND ${ofOwner} AND status NOT IN ('RESOLVED', 'POSTMORTEM')
    )
    SELECT service."group", count(DISTINCT open.id)::int AS count
    FROM open JOIN incident_service ON incident_id = open.id JOIN service ON service.id = service_id
    WHERE service."group" IS NOT NULL GROUP BY service."group"
    UNION ALL SELECT NULL, count(*)::int FROM open`;
  return new Map(found.map(({ group, count }) => [group, count]));
}

function rollUpOf(counted: readonly Counted[]): RollUp {
  const one = ({ status, count }: Counted) => ({ ...NO_SERVICES, status, [COUNT_OF[status]]: count });
  return counted.map(one).reduce(sumOf, NO_SERVICES);
}
