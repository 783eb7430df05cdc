import { invalidInput, notFound } from '../core/requests/errors.ts';
import { sentences } from '../core/requests/fault.ts';
import { asRowId } from '../core/requests/row-id.ts';
import { type OwnedRow, TENANT_OF_INPUT, tenantToWriteIn } from '../core/rights/scope.ts';
import { sharesOf, type Viewer } from '../core/rights/viewer.ts';
import type { Transaction } from '../core/rows/transact.ts';

const OWNER = sentences('INVALID_INPUT', {
  OWNER_NEEDED: 'The tenant or the organization is required, because you belong to the platform.',
  ONE_OWNER: 'A row belongs to a tenant or to an organization: name one of them.',
});

const ORGANIZATION_OF_INPUT = ['input', 'organizationId'] as const;

/** The owner that an input names; see `ownerFields`. */
interface NamedOwner {
  readonly tenantId?: string | null | undefined;
  readonly organizationId?: string | null | undefined;
}

/**
 * Decides to whom a new row belongs: the tenant or the organization that is named, or the viewer's own level. A tenant
 * neither ends nor moves to another organization until the transaction has ended. Throws UserErrors for an owner that
 * does not exist or in which the viewer writes nothing, in the same words.
 */
export async function ownerToWriteIn(
  tx: Transaction,
  viewer: Viewer,
  { tenantId, organizationId }: NamedOwner,
): Promise<OwnedRow> {
  if (tenantId && organizationId) throw invalidInput(OWNER.ONE_OWNER(), ...ORGANIZATION_OF_INPUT);
  if (tenantId || (!organizationId && viewer.tenantId)) {
    return ownerOfTenant(tx, tenantToWriteIn(viewer, tenantId));
  }
  const meant = organizationId ? asRowId(organizationId) : viewer.organizationId;
  if (!meant) throw invalidInput(OWNER.OWNER_NEEDED(), ...TENANT_OF_INPUT);
  // A tenant's users receive what its organization shares, and write nothing of it.
  const isWritten = viewer.tenantId === null && sharesOf(viewer, meant);
  if (!isWritten || !(await tx.lockAgainstDelete({ name: 'Organization' }, meant))) {
    throw notFound('Organization', ...ORGANIZATION_OF_INPUT);
  }
  return { organizationId: meant, tenantId: null };
}

async function ownerOfTenant(tx: Transaction, tenantId: string): Promise<OwnedRow> {
  await tx.lockAgainstChange({ name: 'Tenant' }, tenantId);
  const tenant = await tx.db.tenant.findUnique({
    where: { id: tenantId },
    select: { organizationId: true },
  });
  if (!tenant) throw notFound('Tenant', ...TENANT_OF_INPUT);
  return { organizationId: tenant.organizationId, tenantId };
}
