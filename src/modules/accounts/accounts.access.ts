import type { GrantedBy, Grants, Permission } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { ofOneTenant } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Customer, Plan } from '../../generated/prisma/client.ts';
import { accountView, customerEntity, residentView } from '../customers/customers.changes.ts';
import { planEntity } from '../plans/plans.changes.ts';

export const permissions = {
  'account:read': ['OWNER', 'MANAGER', 'RESIDENT'],
  'account:write': ['OWNER'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** A customer's own users see it as their account. */
export function accountsVisibleTo({ permissions, customerId }: Viewer): Where<Customer> {
  return permissions.has('account:read') && customerId ? { id: customerId } : NOTHING;
}

export const accounts: Rows<Customer> = {
  entity: customerEntity,
  type: 'Account',
  rule: may('account:read'),
  visibleTo: visibilityOf(customerEntity, accountsVisibleTo),
  viewFor: accountViewFor,
  scope: ofOneTenant,
};

const BEYOND_RESIDENTS: readonly Permission[] = ['contacts:read', 'users:read', 'properties:read'];

/** The view of a viewer of an account. One who sees any of what is hidden from residents has the wider one. */
export function accountViewFor({ permissions }: Viewer): PartialView<Customer> {
  return BEYOND_RESIDENTS.some((one) => permissions.has(one)) ? accountView : residentView;
}

/** A customer's own users may read the plans of the tenant, but an account has a field for its own plan only. */
function accountPlansVisibleTo({ permissions, tenantId }: Viewer): Where<Plan> {
  return permissions.has('account:read') && tenantId ? { tenantId } : NOTHING;
}

export const accountPlans: Rows<Plan> = {
  entity: planEntity,
  type: 'AccountPlan',
  rule: may('account:read'),
  visibleTo: visibilityOf(planEntity, accountPlansVisibleTo),
  scope: ofOneTenant,
};
