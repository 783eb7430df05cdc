import { createInput, updateInput } from '../../core/requests/input.ts';
import {
  checkedText,
  choice,
  defaulted,
  email,
  flag,
  idOf,
  listOf,
  longText,
  optional,
  text,
} from '../../core/requests/input-fields.ts';
import { newPassword } from '../../core/requests/input-text.ts';
import { permissionsField } from '../../core/rights/permission-field.ts';

const MAX_ATTRIBUTES = 100;

/** The attributes of one user. */
export const attributes = listOf(
  text(
    'Attributes that policies refer to, each `name` or `name=value`, of the type that its pool gives the name',
    {
      max: 100,
    },
  ),
  { max: MAX_ATTRIBUTES },
);

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
  attributes: defaulted(attributes, 'none by default'),
  permissions: defaulted(
    permissionsField('Permissions in addition to those of the role, none that the viewer does not hold'),
    'none by default',
  ),
  password: optional(
    checkedText('The first password', newPassword, ['10 to 200 characters']),
    'without one the user cannot sign in with a password',
  ),
  isServiceAccount: defaulted(
    flag(
      'Whether no person uses it: it never signs in, and acts by its API tokens alone. It cannot be changed',
    ),
    'false by default',
  ),
});

export const userUpdateInput = updateInput({
  ...fields,
  customerId: optional(
    idOf('Customer', 'The customer, one of the same tenant; OWNER, MANAGER and RESIDENT need one'),
  ),
  permissions: permissionsField(
    'All permissions in addition to those of the role, none that neither the viewer nor the user holds',
  ),
  isActive: flag('Whether the account is active; false signs the user out'),
});
