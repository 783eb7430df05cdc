import type { LockedLayer } from '../../configuration/layers/layers.ts';
import type { ViewerContext } from '../../core/context.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { ConfigStep } from '../../generated/prisma/client.ts';
import { effectiveChanges, presentSettings } from './effective-changes.ts';
import { requireGrantableProvisioning } from './grantable-provisioning.ts';
import { requireGrantableTemplates } from './grantable-templates.ts';
import { requireValidBelow } from './impact/valid-below.ts';
import { type Reading, stepsAbove } from './layers-above.ts';
import { requireAllowed, type SettingChange } from './setting-changes.ts';
import { requireUsableSignIn } from './usable-sign-in.ts';

/** The refusal of what needs a layer that has a version. */
export const EMPTY = sentences('INVALID_STATE', { NOTHING_SET: 'Nothing is set at this scope.' });

/** The origin of changes, and whether it makes a version of its own, without any of them. */
interface Reason {
  readonly step: ConfigStep;
  readonly isReasonEnough?: boolean;
}

/**
 * Finds what a write would change in a layer, and refuses what it may not; throws UserErrors. A write and its preview both
 * ask here, so a preview refuses what the write does.
 */
export async function checkedChanges(
  tx: Reading,
  ctx: ViewerContext,
  layer: LockedLayer,
  given: readonly SettingChange[],
  { step, isReasonEnough = false }: Reason,
): Promise<readonly SettingChange[]> {
  const { row, last } = layer;
  // The resolution of a conflict ends the holds of its path, also if it sets again what is set.
  const isResolution = step === 'RESOLVE';
  const changes = isResolution ? given : await effectiveChanges(tx, layer, given, step);
  const released = isResolution ? given.map(({ entry }) => entry.path) : [];
  const above = await stepsAbove(tx, row, changes, released);
  requireAllowed(changes, row.scope, above);
  const present = await presentSettings(tx, layer, changes);
  const steps = changes.map((change, index) => ({
    change,
    above: above.get(change.entry.path) ?? [],
    present: present[index],
  }));
  requireGrantableTemplates(ctx.viewer, row.scope, steps);
  await requireGrantableProvisioning(tx, ctx.viewer, row, steps);
  await requireUsableSignIn(tx, ctx, { row, steps });
  if (changes.length === 0 && !last && !isReasonEnough) throw invalidState(EMPTY.NOTHING_SET(), 'input');
  await requireValidBelow(tx, layer, changes);
  return changes;
}
