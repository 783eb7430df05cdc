import type { Transaction } from '../../core/rows/transact.ts';
import type { Service, ServiceEffect } from '../../generated/prisma/client.ts';
import type { ServiceStatus, StatusSource } from '../../generated/prisma/enums.ts';
import { serviceEntity } from './services.changes.ts';
import { type Effect, statusOf } from './status-of.ts';

/** What gives a service a status from a time on: the incident, the maintenance window, or of an override the service. */
export interface Cause {
  readonly source: Exclude<StatusSource, 'NONE'>;
  readonly id: string;
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
