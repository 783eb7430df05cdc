import type { ViewerContext } from '../../core/context.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type OutputOf } from '../../core/requests/input.ts';
import { choice, idOf, listOf, nested } from '../../core/requests/input-fields.ts';
import type { OwnedRow } from '../../core/rights/scope.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ServiceStatus } from '../../generated/prisma/client.ts';
import { requireServicesOf } from '../services/service-references.requests.ts';

/** The most services of one incident. */
const MAX_SERVICES = 50;

export const affectedServiceInput = createInput({
  serviceId: idOf('Service', 'The service, of the owner of the incident'),
  status: choice('ServiceStatus', 'The status that the incident gives it'),
});

type AffectedService = OutputOf<typeof affectedServiceInput>;

/** The statuses that an incident gives to its services, by the ids of the services. */
export type Statuses = ReadonlyMap<string, ServiceStatus>;

const SERVICES = sentences('INVALID_INPUT', {
  NO_SERVICES: 'An incident affects at least one service.',
  TOO_MANY_SERVICES: 'An incident affects at most {max} services.',
  SERVICE_TWICE: 'The service is in the list already.',
});

/** The field of an input with the services that an incident affects. */
export function affectedServices(description: string) {
  const one = nested('AffectedServiceInput', description, affectedServiceInput);
  return listOf(one, { max: MAX_SERVICES });
}

/** Refuses an empty list; throws INVALID_INPUT. */
export function requireSome(services: readonly unknown[]): void {
  if (services.length === 0) throw invalidInput(SERVICES.NO_SERVICES(), 'input', 'services');
}

/**
 * Keeps services from being deleted until the transaction has ended, and returns their statuses together with the
 * `present` ones. Throws UserErrors for a service that is not visible to the viewer, is of another owner or is in the
 * list twice, and for too many.
 */
export async function statusesWith(
  tx: Transaction,
  ctx: ViewerContext,
  owner: OwnedRow,
  given: readonly AffectedService[],
  present: Statuses = new Map(),
): Promise<Statuses> {
  const ids = given.map(({ serviceId }) => serviceId);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice !== -1) {
    throw invalidInput(SERVICES.SERVICE_TWICE(), 'input', 'services', `${twice}`, 'serviceId');
  }
  await requireServicesOf(owner, tx, ctx, ids, (index) => ['input', 'services', `${index}`, 'serviceId']);
  const statuses = new Map([
    ...present,
    ...given.map(({ serviceId, status }) => [serviceId, status] as const),
  ]);
  if (statuses.size <= MAX_SERVICES) return statuses;
  throw invalidInput(SERVICES.TOO_MANY_SERVICES({ max: MAX_SERVICES }), 'input', 'services');
}

/** Reads the statuses that an incident gives to its services, or gave when it was resolved. */
export async function statusesOf(tx: Transaction, incidentId: string): Promise<Statuses> {
  const rows = await tx.db.incidentService.findMany({
    where: { incidentId },
    orderBy: { serviceId: 'asc' },
  });
  return new Map(rows.map(({ serviceId, status }) => [serviceId, status]));
}

/** Writes the rows of the services of an incident; those that are not among them any more are removed. */
export async function writeStatuses(tx: Transaction, incidentId: string, statuses: Statuses): Promise<void> {
  const serviceIds = [...statuses.keys()];
  await tx.db.incidentService.deleteMany({ where: { incidentId, serviceId: { notIn: serviceIds } } });
  for (const [serviceId, status] of inOrder(statuses)) {
    await tx.db.incidentService.upsert({
      where: { incidentId_serviceId: { incidentId, serviceId } },
      create: { incidentId, serviceId, status },
      update: { status },
    });
  }
}

/** Services are locked in the order of their ids. */
function inOrder(statuses: Statuses) {
  return [...statuses].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** The ids of the services, in order, for the row of the incident. */
export function serviceIdsOf(statuses: Statuses): string[] {
  return [...statuses.keys()].toSorted();
}

/** Whether two sets of services have the same statuses. */
export function areSame(one: Statuses, other: Statuses): boolean {
  return one.size === other.size && [...one].every(([id, status]) => other.get(id) === status);
}
