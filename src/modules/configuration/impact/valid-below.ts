import type { LockedLayer } from '../../../configuration/layers/layers.ts';
import { UserErrors, userError } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import type { Reading } from '../layers-above.ts';
import type { SettingChange } from '../setting-changes.ts';
import { impactOf } from './impact.ts';

const BELOW = sentences('INVALID_STATE', {
  LEAVES_VALUES_INVALID:
    'With this, values that are set in {tenants} tenants and by {users} users would not be valid any more.',
});

/**
 * Refuses a write that leaves a value below invalid, such as a floor that allows none of the ways to sign in that a tenant
 * allows; throws UserErrors with the numbers. Only a floor can, and a value that is combined with those below it.
 */
export async function requireValidBelow(
  tx: Reading,
  layer: LockedLayer,
  changes: readonly SettingChange[],
): Promise<void> {
  const risky = changes.filter(
    ({ entry, setting }) => setting?.mode === 'FLOOR' || entry.combine !== 'REPLACE',
  );
  if (risky.length === 0) return;
  const { paths } = await impactOf(tx, layer, risky, { isUnbounded: true, countsSessions: false });
  const errors = paths.flatMap(({ path, invalidIn: { tenants, users } }) => {
    const change = risky.find(({ entry }) => entry.path === path);
    if (!change || tenants + users === 0) return [];
    return [userError(BELOW.LEAVES_VALUES_INVALID({ tenants, users }), change.at)];
  });
  if (errors.length > 0) throw new UserErrors(errors);
}
