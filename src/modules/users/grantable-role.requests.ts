import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { grantedPermissions, type Permission } from '../../core/rights/permissions.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Role, User } from '../../generated/prisma/client.ts';
import { assignableRoles, permissionsBeyond } from './users.access.ts';

const BEYOND = sentences('FORBIDDEN_CHANGE', {
  ROLE_OUT_OF_REACH: 'You may not make or change a user of the role {role}.',
  ROLE_BEYOND_YOURS: 'You may not give the role {role}, which grants what you do not hold: {names}.',
});

/** Refuses to change a user of a role that is not below the viewer's. */
export function requireRole(viewer: Viewer, role: Role, ...path: string[]): void {
  if (!assignableRoles(viewer).includes(role)) {
    throw forbiddenChange(BEYOND.ROLE_OUT_OF_REACH({ role }), ...path);
  }
}

/** Refuses to give a role that the viewer may not change, or that grants more in the tenant than the viewer holds. */
export async function requireGrantableRole(
  tx: Transaction,
  viewer: Viewer,
  { role, tenantId }: Pick<User, 'role' | 'tenantId'>,
  ...path: string[]
): Promise<void> {
  requireRole(viewer, role, ...path);
  const beyond = await roleBeyond(tx, viewer, { role, tenantId });
  if (beyond.length === 0) return;
  const names = beyond.join(', ');
  throw forbiddenChange(BEYOND.ROLE_BEYOND_YOURS({ role, names }), ...path);
}

/** The permissions that a role grants in a tenant beyond those that the viewer may give. */
export async function roleBeyond(
  { db }: Transaction,
  viewer: Viewer,
  { role, tenantId }: Pick<User, 'role' | 'tenantId'>,
): Promise<readonly Permission[]> {
  const { templates } = await obeyedSettingsOf(db, tenantId);
  return permissionsBeyond(viewer, role, grantedPermissions.under(templates, role));
}
