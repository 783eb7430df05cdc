import type { DemoData } from '../../core/rows/demo-data.ts';
import { maintenanceWindowEntity, windowStart } from './maintenance-windows.changes.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A planned window of the last service of each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId, organizationId } }) {
    const service = await tx.db.service.findFirst({ where: { tenantId }, orderBy: { id: 'desc' } });
    if (!service) return;
    const startsAt = new Date((await tx.now()).getTime() + 3 * DAY_MS);
    const window = await tx.db.maintenanceWindow.create({
      data: {
        ...{ tenantId, organizationId, startsAt, serviceIds: [service.id] },
        endsAt: new Date(startsAt.getTime() + 2 * HOUR_MS),
        title: 'The database moves to a larger machine',
        services: { create: { serviceId: service.id } },
      },
    });
    tx.created(maintenanceWindowEntity, window);
    await tx.schedule(windowStart, window, startsAt);
  },
};
