import { businessTypeLayer } from '../../../configuration/layers/layers.ts';
import { pathsWritten } from '../../../configuration/layers/setting-ledger.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import { rowsToChange } from '../../../db/rows-to-change.ts';
import type { ConfigOptOut, ConfigOptOutStatus } from '../../../generated/prisma/client.ts';
import { configOptOutEntity, configOptOutExpiry } from '../configuration.changes.ts';
import { pathsOf } from './opted-out.requests.ts';

/** Ends a locked opt-out. The adoption that follows in the same transaction releases its paths. */
export async function endOptOut(
  tx: Transaction,
  optOut: ConfigOptOut,
  status: Exclude<ConfigOptOutStatus, 'ACTIVE'>,
): Promise<ConfigOptOut> {
  await tx.unschedule(configOptOutExpiry, optOut);
  return tx.update(configOptOutEntity, optOut, { status, endedAt: await tx.now() });
}

/**
 * Ends the opt-outs of a tenant that are about a path which the layer of a business type has ever written, because the
 * tenant has that type no more; returns the paths to release. The others are about the platform alone, and continue.
 */
export async function endOptOutsOfType(
  tx: Transaction,
  tenantId: string,
  businessTypeId: string,
): Promise<readonly string[]> {
  const layer = await tx.db.configuration.findFirst({ where: businessTypeLayer(businessTypeId) });
  if (!layer) return [];
  const written = await pathsWritten(tx.db, layer.id, 0);
  const released: string[] = [];
  for await (const optOut of rowsToChange(tx, configOptOutEntity, { tenantId, status: 'ACTIVE' })) {
    const paths = pathsOf(optOut);
    if (!paths.some((path) => written.has(path))) continue;
    await endOptOut(tx, optOut, 'BUSINESS_TYPE_CHANGED');
    released.push(...paths);
  }
  return released;
}
