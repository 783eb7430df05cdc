import type { Setting } from '../../configuration/algebra/settings.ts';
import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { grantedPermissions } from '../../core/rights/permissions.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { PROVISIONING_PATH, provisionedRole } from '../users/provisioned-role.terms.ts';
import { assignableRoles, permissionsBeyond } from '../users/users.access.ts';
import type { Reading } from './layers-above.ts';
import type { SettingChange } from './setting-changes.ts';

const PROVISIONING = sentences('FORBIDDEN_CHANGE', {
  PROVISIONING_BEYOND_YOURS:
    'You may not have users of the role {role} made by their first sign-in: you may make none yourself.',
});

/** A change, and what the layer has now. */
interface ProvisioningStep {
  readonly change: SettingChange;
  readonly present: Setting | undefined;
}

/**
 * Refuses to have users made in a role in which the viewer could make none; throws UserErrors. Each change of a layer is asked:
 * a write, and a rollback. To have none made needs no right.
 */
export async function requireGrantableProvisioning(
  { db }: Reading,
  viewer: Viewer,
  { tenantId }: Pick<Configuration, 'tenantId'>,
  steps: readonly ProvisioningStep[],
): Promise<void> {
  const errors: UserError[] = [];
  for (const { change, present } of steps) {
    const { entry, setting, at } = change;
    const role = entry.path === PROVISIONING_PATH ? provisionedRole(setting?.value) : null;
    if (!role || role === present?.value) continue;
    const { templates } = await obeyedSettingsOf(db, tenantId);
    const beyond = permissionsBeyond(viewer, role, grantedPermissions.under(templates, role));
    const mayMake = viewer.permissions.has('users:write') && assignableRoles(viewer).includes(role);
    if (mayMake && beyond.length === 0) continue;
    const path = at.includes('set') ? [...at, 'value'] : at;
    errors.push(userError(PROVISIONING.PROVISIONING_BEYOND_YOURS({ role }), path));
  }
  if (errors.length > 0) throw new UserErrors(errors);
}
