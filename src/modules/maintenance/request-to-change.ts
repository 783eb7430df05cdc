import type { ViewerContext } from '../../core/context.ts';
import { forbiddenChange, notFound, requireVersion } from '../../core/errors.ts';
import type { Transaction } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import { matches } from '../../core/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import {
  maintenanceRequestsManagedBy,
  maintenanceRequestsReportedBy,
  maintenanceRequestsVisibleTo,
} from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';

/** Whose request it is to the viewer: one to see to, one that it reported itself, or one to look at only. */
export type Hold = 'MANAGED' | 'OWN' | 'NONE';

/** Locks and reads a request; throws UserErrors for none in view, or a version that has passed. */
export async function requestToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<MaintenanceRequest> {
  await tx.lock(maintenanceRequestEntity, id);
  const visible = toPrismaWhere(maintenanceRequestsVisibleTo(viewer));
  const request = await tx.db.maintenanceRequest.findFirst({ where: { AND: [{ id }, visible] } });
  if (!request) throw notFound('maintenance request', 'id');
  requireVersion(request, expectedVersion);
  return request;
}

/** What the viewer may do with a request in view. */
export function holdOf(viewer: Viewer, request: MaintenanceRequest): Hold {
  if (matches(maintenanceRequestsManagedBy(viewer), request)) return 'MANAGED';
  return matches(maintenanceRequestsReportedBy(viewer), request) ? 'OWN' : 'NONE';
}

/** Refuses whoever does not see to requests like this one. */
export function requireManaged(viewer: Viewer, request: MaintenanceRequest): void {
  if (holdOf(viewer, request) === 'MANAGED') return;
  throw forbiddenChange('You can view this request, but not manage it.', 'id');
}

type RequestData = Partial<Omit<MaintenanceRequest, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;

/** Writes what differs. */
export function writeRequest(
  tx: Transaction,
  before: MaintenanceRequest,
  data: RequestData,
): Promise<MaintenanceRequest> {
  return tx.update(maintenanceRequestEntity, before, data, (change) =>
    tx.db.maintenanceRequest.update({ where: { id: before.id }, data: change }),
  );
}
