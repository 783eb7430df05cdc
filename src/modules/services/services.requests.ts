import type { Transaction } from '../../core/rows/transact.ts';
import type { Service, ServiceEffect } from '../../generated/prisma/client.ts';
import type { ServiceStatus, StatusSource } from '../../generated/prisma/enums.ts';
import { type Effect, type EffectSource, statusOf } from './precedence.terms.ts';
import { serviceEntity } from './services.changes.ts';

/** The cause of a status from a time on: an incident, a maintenance window, or for an override the service itself. */
export interface Cause {
  readonly source: Exclude<StatusSource, 'NONE'>;
  readonly id: string;
}

/** An incident or a maintenance window, which the transaction has locked or created. */
interface Source extends Cause {
  readonly source: EffectSource;
}

/**
 * Sets the statuses that an incident or a maintenance window gives to services from a time on, which is not in the
 * future; its effects on other services end at that time. An empty map ends all of them. Earlier effects remain as they
 * were. A service that was deleted meanwhile is left out.
 *
 * The services are locked in the order of their ids, so that of two transactions on the same services one waits for the
 * other and none is ended. A caller that locks services itself does so in the same order.
 */
export async function setEffects(
  tx: Transaction,
  source: Source,
  statuses: ReadonlyMap<string, ServiceStatus>,
  from: Date,
): Promise<void> {
  const affected = await tx.db.serviceEffect.findMany({
    where: { sourceId: source.id, OR: [{ toAt: null }, { toAt: { gt: from } }] },
    select: { serviceId: true },
  });
  const ids = new Set([...statuses.keys(), ...affected.map(({ serviceId }) => serviceId)]);
  for (const id of [...ids].toSorted()) {
    await tx.lock(serviceEntity, id);
    const service = await tx.db.service.findUnique({ where: { id } });
    if (!service) continue;
    await setEffect(tx, id, source, statuses.get(id) ?? null, from);
    await writeStatus(tx, service);
  }
}

/**
 * Lets a cause give a service a status from a time on; null: it gives none from then on. What it gave from that time on
 * ends then, and remains as a row. The service must be locked.
 */
export async function setEffect(
  tx: Transaction,
  serviceId: string,
  { source, id: sourceId }: Cause,
  status: ServiceStatus | null,
  from: Date,
): Promise<void> {
  const later = { OR: [{ toAt: null }, { toAt: { gt: from } }] };
  const effects = await tx.db.serviceEffect.findMany({ where: { serviceId, sourceId, ...later } });
  if (effects.some((effect) => continues(effect, status, from))) return;
  for (const { id, fromAt } of effects) {
    await tx.db.serviceEffect.update({ where: { id }, data: { toAt: fromAt > from ? fromAt : from } });
  }
  if (status !== null) {
    await tx.db.serviceEffect.create({ data: { serviceId, source, sourceId, status, fromAt: from } });
  }
}

function continues(
  { toAt, fromAt, status }: ServiceEffect,
  wanted: ServiceStatus | null,
  from: Date,
): boolean {
  return toAt === null && status === wanted && fromAt <= from;
}

/** The columns of an override. */
type Override = Pick<Service, 'overrideStatus' | 'overrideReason' | 'overrideUntil'>;

/** Writes an override, or none, into a locked service, and the status that follows from it and the effects that hold. */
export async function writeStatus(
  tx: Transaction,
  service: Service,
  { overrideStatus, overrideReason, overrideUntil }: Override = service,
): Promise<Service> {
  const open = await tx.db.serviceEffect.findMany({ where: { serviceId: service.id, toAt: null } });
  const effects = open.filter((effect): effect is ServiceEffect & Effect => effect.source !== 'OVERRIDE');
  return tx.update(serviceEntity, service, {
    ...statusOf(effects, overrideStatus),
    overrideStatus,
    overrideReason,
    overrideUntil,
    // The time stays if only hidden columns change: a customer's own users see it.
    updatedAt: service.updatedAt,
  });
}
