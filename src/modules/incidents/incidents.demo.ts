import type { OwnedRow } from '../../core/rights/scope.ts';
import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { setEffects } from '../services/services.requests.ts';
import { serviceIdsOf, statusesOf, writeStatuses } from './affected-services.ts';
import { addUpdate, sourceOf } from './incident-steps.ts';
import { incidentEntity, incidentUpdateEntity } from './incidents.changes.ts';

const HOUR_MS = 3_600_000;

/** A resolved and an open incident of the first service of each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId, organizationId } }) {
    const service = await tx.db.service.findFirst({ where: { tenantId }, orderBy: { id: 'asc' } });
    if (!service) return;
    const owner = { tenantId, organizationId };
    await live(tx, owner, service.id, { title: 'Payments are late', hoursAgo: 50, isResolved: true });
    await live(tx, owner, service.id, { title: 'Some pages are slow', hoursAgo: 2, isResolved: false });
  },
};

async function live(
  tx: Transaction,
  owner: OwnedRow,
  serviceId: string,
  { title, hoursAgo, isResolved }: { title: string; hoursAgo: number; isResolved: boolean },
): Promise<void> {
  const now = await tx.now();
  const at = new Date(now.getTime() - hoursAgo * HOUR_MS);
  const statuses = new Map([[serviceId, 'DEGRADED_PERFORMANCE' as const]]);
  const times = { startedAt: at, lastStepAt: at, isBackdated: true };
  const incident = await tx.db.incident.create({
    data: { ...owner, ...times, title, impact: 'MINOR', serviceIds: serviceIdsOf(statuses) },
  });
  tx.created(incidentEntity, incident);
  const { id: incidentId, status } = incident;
  const first = { message: 'We are looking into it.', visibility: 'PUBLIC', occurredAt: at } as const;
  const update = { ...owner, ...first, incidentId, status, isBackdated: true };
  tx.created(incidentUpdateEntity, await tx.db.incidentUpdate.create({ data: update }));
  await writeStatuses(tx, incidentId, statuses);
  await setEffects(tx, sourceOf(incident), statuses, at);
  if (!isResolved) return;
  const before = await statusesOf(tx, incidentId);
  await addUpdate(tx, incident, {
    time: { at: new Date(at.getTime() + HOUR_MS), isBackdated: true },
    message: 'It works again.',
    visibility: 'PUBLIC',
    status: 'RESOLVED',
    services: { before, after: before },
  });
}
