import type { Json } from '../../configuration/algebra/json.ts';
import type { KnownPath } from '../../configuration/catalogue/catalogue.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import type { ViewerContext } from '../../core/context.ts';
import { UserErrors, userError } from '../../core/requests/errors.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { write } from './configuration.commands.ts';
import { value } from './configuration-input.ts';
import { faultOf, type SettingChange } from './setting-changes.ts';

/** The field of an input that has a value of any path; null is a value. */
export const anyValue = value;

/** Refuses a value that is too large, too deep, of a reserved key, or of another type than its path; throws UserErrors. */
export function requireFit(entry: KnownPath, value: Json, at: readonly string[]): void {
  const fault = faultOf(entry, value);
  if (fault) throw new UserErrors([userError(fault, at)]);
}

/**
 * Writes the setting by which a conflict of a tenant is resolved, as a version of its locked layer, and ends the hold of the
 * path. Throws UserErrors for what no write may do: it passes the same checks.
 */
export function resolveInLayer(
  tx: Transaction,
  ctx: ViewerContext,
  layer: LockedLayer,
  change: SettingChange,
): Promise<Configuration> {
  return write(tx, ctx, layer, [change], { step: 'RESOLVE' });
}
