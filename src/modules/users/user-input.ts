import { z } from 'zod';
import { createInput, updateInput } from '../../core/requests/input.ts';
import {
  checkedText,
  choice,
  defaulted,
  email,
  flag,
  idOf,
  longText,
  optional,
  text,
  textList,
} from '../../core/requests/input-fields.ts';
import { newPassword, requiredText } from '../../core/requests/input-text.ts';
import { grantedPermissions, type Permission } from '../../core/rights/permissions.ts';

const MAX_ATTRIBUTES = 100;
const MAX_PERMISSIONS = 200;

/** The check of the attributes of one user. */
export const attributes = z
  .array(requiredText('An attribute', 100))
  .max(MAX_ATTRIBUTES, `At most ${MAX_ATTRIBUTES} attributes.`)
  .transform(withoutRepeats);

const isPermission = (name: string): name is Permission => grantedPermissions.has(name);

const permissions = z
  .array(z.string().refine(isPermission, 'There is no such permission.'))
  .max(MAX_PERMISSIONS, `At most ${MAX_PERMISSIONS} permissions.`)
  .transform(withoutRepeats);

function withoutRepeats<Value>(list: readonly Value[]): Value[] {
  return [...new Set(list)];
}

const fields = {
  name: text('The name'),
  email: email('E-mail address to sign in with; unique'),
  department: optional(longText('The department', { max: 200 })),
  company: optional(longText('The company', { max: 200 })),
};

export const userCreateInput = createInput({
  ...fields,
  role: choice('Role', 'The role of the user, which says where the user belongs'),
  tenantId: optional(
    idOf('Tenant', 'The tenant, for roles of a tenant. Optional for users who belong to a single tenant'),
  ),
  organizationId: optional(idOf('Organization', 'The organization, for ORGANIZATION_ADMIN')),
  customerId: optional(
    idOf('Customer', 'The customer, one of the same tenant, for OWNER, MANAGER and RESIDENT'),
  ),
  attributes: defaulted(
    textList(
      'Attributes that policies refer to, each `name` or `name=value`, of the type that its pool gives the name',
      attributes,
      [`at most ${MAX_ATTRIBUTES}`],
    ),
    'none by default',
  ),
  permissions: defaulted(
    textList(
      'Permissions in addition to those of the role, none that the viewer does not hold',
      permissions,
      [`at most ${MAX_PERMISSIONS}`],
    ),
    'none by default',
  ),
  password: optional(
    checkedText('The first password', newPassword, ['10 to 200 characters']),
    'without one the user cannot sign in with a password',
  ),
});

export const userUpdateInput = updateInput({
  ...fields,
  customerId: optional(
    idOf('Customer', 'The customer, one of the same tenant; OWNER, MANAGER and RESIDENT need one'),
  ),
  permissions: textList(
    'All permissions in addition to those of the role, none that neither the viewer nor the user holds',
    permissions,
    [`at most ${MAX_PERMISSIONS}`],
  ),
  isActive: flag('Whether the account is active; false signs the user out'),
});
