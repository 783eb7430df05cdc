import type { Transaction } from '../../core/rows/transact.ts';
import type { ServiceStatus } from '../../generated/prisma/enums.ts';
import { type Cause, setEffect, writeStatus } from './service-effects.ts';
import { serviceEntity } from './services.changes.ts';
import type { EffectSource } from './status-of.ts';

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
