import { notFound } from '../core/requests/errors.ts';
import { TENANT_OF_INPUT } from '../core/rights/scope.ts';
import type { Transaction } from '../core/rows/transact.ts';

/**
 * Keeps the tenant of a new row from being deleted until the transaction ends. Throws NOT_FOUND if it does not exist:
 * users of the platform may name any tenant, so also one that does not exist.
 */
export async function requireTenant(tx: Transaction, id: string): Promise<void> {
  if (!(await tx.lockAgainstDelete({ name: 'Tenant' }, id))) throw notFound('Tenant', ...TENANT_OF_INPUT);
}
