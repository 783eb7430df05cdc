import type { OwnedRow } from '../../core/rights/scope.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { User } from '../../generated/prisma/client.ts';

/**
 * Whether a user can be a member of a team: staff of the tenant of the team; of an organization's team, its
 * administrators and the staff of its tenants. The tenant of the user must be kept from moving to another organization.
 */
export async function fits(
  tx: Transaction,
  user: Pick<User, 'role' | 'tenantId' | 'organizationId'>,
  { tenantId, organizationId }: OwnedRow,
): Promise<boolean> {
  if (isCustomerRole(user.role)) return false;
  if (tenantId !== null) return user.tenantId === tenantId;
  if (user.tenantId === null) return user.organizationId === organizationId;
  const where = { id: user.tenantId, organizationId };
  return (await tx.db.tenant.count({ where })) > 0;
}
