import type { Transaction } from '../../core/rows/transact.ts';
import type { Service } from '../../generated/prisma/client.ts';
import { setEffect, writeStatus } from './services.requests.ts';

/** Ends the override of a locked service at a time: it has the status that is derived now, not the one before it. */
export async function endOverride(tx: Transaction, service: Service, at: Date): Promise<Service> {
  await setEffect(tx, service.id, { source: 'OVERRIDE', id: service.id }, null, at);
  return writeStatus(tx, service, { overrideStatus: null, overrideReason: null, overrideUntil: null });
}

/**
 * Ends an override whose time has come. In the uptime it ends at the time that was planned, even if no server ran then.
 */
export async function endOverrideWhenDue(tx: Transaction, service: Service): Promise<void> {
  const { overrideUntil } = service;
  if (overrideUntil && overrideUntil <= (await tx.now())) await endOverride(tx, service, overrideUntil);
}
