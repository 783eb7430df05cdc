import { notFound, UserErrors, userError } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { isCustomerRole, isPlatformRole } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { User } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { organizationEntity } from '../organizations/organizations.changes.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';

/** The columns that say where a user belongs. */
type Column = 'tenantId' | 'organizationId' | 'customerId';

/** Where a user of a role belongs; a tenant that is undefined is still to be decided. */
export type Place = Pick<User, 'role'> & { readonly [column in Column]?: string | null };

const PLACE = sentences('INVALID_INPUT', {
  PLACE_MISSING: '{role} needs the {type} it belongs to.',
  PLACE_UNFITTING: '{role} belongs to no {type}.',
});

interface Misplacement {
  readonly column: Column;
  readonly fault: Fault<'INVALID_INPUT'>;
}

/** Says what of a place does not fit the role; nothing if all of it does. */
function misplacements({ role, tenantId, organizationId, customerId }: Place): Misplacement[] {
  const isOfOrganization = role === 'ORGANIZATION_ADMIN';
  const isOfTenant = !isOfOrganization && !isPlatformRole(role);
  const parts = [
    { column: 'tenantId', type: 'Tenant', value: tenantId, isNeeded: isOfTenant },
    {
      column: 'organizationId',
      type: 'Organization',
      value: organizationId ?? null,
      isNeeded: isOfOrganization,
    },
    { column: 'customerId', type: 'Customer', value: customerId ?? null, isNeeded: isCustomerRole(role) },
  ] as const;
  return parts
    .filter(({ value, isNeeded }) => value !== undefined && (value !== null) !== isNeeded)
    .map(({ column, type, isNeeded }) => ({
      column,
      fault: (isNeeded ? PLACE.PLACE_MISSING : PLACE.PLACE_UNFITTING)({ role, type }),
    }));
}

/** Refuses a place that does not fit the role; `pathOf` says which argument gave a column. */
export function requireFittingPlace(place: Place, pathOf: (column: Column) => string[]): void {
  const faults = misplacements(place);
  if (faults.length === 0) return;
  throw new UserErrors(faults.map(({ column, fault }) => userError(fault, pathOf(column))));
}

/** Refuses a place that does not fit the role or does not exist, and keeps it until the transaction ends. */
export async function requirePlace(
  tx: Transaction,
  place: Place,
  pathOf: (column: Column) => string[],
): Promise<void> {
  requireFittingPlace(place, pathOf);
  const { tenantId, organizationId, customerId } = place;
  if (tenantId && !(await tx.lockAgainstDelete(tenantEntity, tenantId))) {
    throw notFound('Tenant', ...pathOf('tenantId'));
  }
  if (organizationId && !(await tx.lockAgainstDelete(organizationEntity, organizationId))) {
    throw notFound('Organization', ...pathOf('organizationId'));
  }
  if (customerId) await tx.lockAgainstDelete(customerEntity, customerId);
  if (customerId && tenantId && !(await tx.db.customer.count({ where: { id: customerId, tenantId } }))) {
    throw notFound('Customer', ...pathOf('customerId'));
  }
}
