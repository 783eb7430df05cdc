import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Prisma, Unit } from '../../generated/prisma/client.ts';
import { pick } from '../../lib/pick.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';

type Report = Pick<
  Prisma.MaintenanceRequestCreateManyInput,
  'title' | 'description' | 'priority' | 'status' | 'resolution'
>;

/** The reports of a resident, one for each status. */
const REPORTS: readonly [Report, ...Report[]] = [
  {
    title: 'The kitchen tap drips',
    description: 'All night, and more by the day.',
    priority: 'NORMAL',
    status: 'OPEN',
  },
  {
    title: 'The radiator in the bedroom stays cold',
    description: 'It gurgles when the others get warm.',
    priority: 'HIGH',
    status: 'ASSIGNED',
  },
  {
    title: 'Water comes through the ceiling',
    description: 'Above the bath, since this morning.',
    priority: 'URGENT',
    status: 'IN_PROGRESS',
  },
  {
    title: 'The doorbell is silent',
    priority: 'LOW',
    status: 'RESOLVED',
    resolution: 'A new battery.',
  },
  {
    title: 'The window does not close',
    priority: 'NORMAL',
    status: 'CLOSED',
    resolution: 'The hinge was replaced.',
  },
];

/** The number of units per report of an empty unit. */
const STRIDE = 3;

/** The maintenance requests of each tenant: residents report them, and the support does for empty units. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId } }) {
    const support = await tx.db.user.findFirstOrThrow({ where: { tenantId, role: 'SUPPORT' } });
    const manager = await tx.db.user.findFirst({ where: { tenantId, role: 'MANAGER' } });
    const units = await tx.db.unit.findMany({ where: { tenantId }, orderBy: { id: 'asc' } });
    const requests = await tx.db.maintenanceRequest.createManyAndReturn({
      data: units.flatMap((unit, number) => {
        const assignee = manager?.customerId === unit.customerId ? manager : support;
        return reportsOf(unit, number).map((report) => ({
          ...report,
          ...placeOf(unit),
          reporterId: unit.residentId ?? support.id,
          assigneeId: report.status === 'OPEN' ? null : assignee.id,
          closedAt: report.status === 'CLOSED' ? unit.createdAt : null,
        }));
      }),
    });
    for (const request of requests) tx.created(maintenanceRequestEntity, request);
  },
};

function reportsOf({ residentId }: Unit, number: number): readonly Report[] {
  if (residentId) return REPORTS;
  return number % STRIDE === 0 ? [pick(REPORTS, number / STRIDE)] : [];
}

function placeOf({ id: unitId, tenantId, customerId, propertyId, residentId }: Unit) {
  return { unitId, tenantId, customerId, propertyId, residentId };
}
