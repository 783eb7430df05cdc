import { notFound, UserErrors } from '../../core/errors.ts';
import type { Transaction } from '../../core/transact.ts';
import { isMemberRole, isPlatformRole } from '../../core/viewer.ts';
import type { User } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { organizationEntity } from '../organizations/organizations.changes.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';

/** The columns that say where somebody belongs. */
type Column = 'tenantId' | 'organizationId' | 'customerId';

/** Where somebody of a role belongs; a tenant that is undefined is still to be decided. */
export type Place = Pick<User, 'role'> & { readonly [column in Column]?: string | null };

interface Misplacement {
  readonly column: Column;
  readonly message: string;
}

/** Says what of a place does not fit the role; nothing if all of it does. */
export function misplacements({ role, tenantId, organizationId, customerId }: Place): Misplacement[] {
  const isOfOrganization = role === 'ORGANIZATION_ADMIN';
  const isOfTenant = !isOfOrganization && !isPlatformRole(role);
  const parts = [
    { column: 'tenantId', noun: 'tenant', value: tenantId, isNeeded: isOfTenant },
    {
      column: 'organizationId',
      noun: 'organization',
      value: organizationId ?? null,
      isNeeded: isOfOrganization,
    },
    { column: 'customerId', noun: 'customer', value: customerId ?? null, isNeeded: isMemberRole(role) },
  ] as const;
  return parts
    .filter(({ value, isNeeded }) => value !== undefined && (value !== null) !== isNeeded)
    .map(({ column, noun, isNeeded }) => ({
      column,
      message: isNeeded ? `${role} needs the ${noun} it belongs to.` : `${role} belongs to no ${noun}.`,
    }));
}

/** Refuses a place that does not fit the role or is not there; `pathOf` says which argument gave a column. */
export async function requirePlace(
  tx: Transaction,
  place: Place,
  pathOf: (column: Column) => string[],
): Promise<void> {
  const faults = misplacements(place);
  if (faults.length > 0) {
    throw new UserErrors(
      faults.map(({ column, message }) => ({ code: 'INVALID_INPUT', message, path: pathOf(column) })),
    );
  }
  const { tenantId, organizationId, customerId } = place;
  if (tenantId && !(await tx.lockAgainstDelete(tenantEntity, tenantId))) {
    throw notFound('tenant', ...pathOf('tenantId'));
  }
  if (organizationId && !(await tx.lockAgainstDelete(organizationEntity, organizationId))) {
    throw notFound('organization', ...pathOf('organizationId'));
  }
  if (customerId) await tx.lockAgainstDelete(customerEntity, customerId);
  if (customerId && tenantId && !(await tx.db.customer.count({ where: { id: customerId, tenantId } }))) {
    throw notFound('customer', ...pathOf('customerId'));
  }
}
