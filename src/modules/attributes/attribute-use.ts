import { inUse } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Attribute, FileAccessPolicy } from '../../generated/prisma/client.ts';
import { fileAccessPolicies } from '../file-access-policies/file-access-policies.access.ts';
import { ANY_ATTRIBUTE } from '../file-access-policies/file-access-policies.changes.ts';
import { usersVisibleTo } from '../users/users.access.ts';
import type { Holder } from './attribute-holders.ts';

/** The limit of policies per tenant. An attribute of the platform may break more, in several tenants; the list is cut. */
export const MAX_LISTED = 500;
/** The count of holders stops here. */
const MAX_COUNTED = 1_000;
/** The number of users, and of policies, that a refusal names. */
const MAX_NAMED = 10;

/**
 * Finds the policies that name this attribute, or may name it: those of its tenant or, for an attribute of the platform,
 * those of all tenants without an own attribute of this name. It includes disabled policies, which would break once
 * enabled.
 */
export async function policiesNaming(
  tx: Transaction,
  { tenantId, name }: Attribute,
): Promise<FileAccessPolicy[]> {
  const shadowing = { attributes: { some: { name } } };
  return tx.db.fileAccessPolicy.findMany({
    where: {
      attributeNames: { hasSome: [name, ANY_ATTRIBUTE] },
      ...(tenantId ? { tenantId } : { NOT: { tenant: shadowing } }),
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: MAX_LISTED + 1,
  });
}

const USE = sentences('IN_USE', {
  ATTRIBUTE_IN_USE:
    'The attribute {name} is in use. Users who hold it: {users} ({userNames}). File-access policies that name it: {policies} ({policyNames}). With force it is taken from the users, and the policies fail.',
});

interface Use {
  readonly attribute: Attribute;
  readonly holders: readonly Holder[];
  readonly brokenPolicies: readonly FileAccessPolicy[];
}

/**
 * Refuses to remove an attribute that is in use; throws IN_USE. It counts all users and policies, and names the users
 * that the viewer may see with their attributes, and the policies that the viewer may see.
 */
export async function requireUnused(tx: Transaction, viewer: Viewer, use: Use): Promise<void> {
  const { attribute, holders, brokenPolicies } = use;
  if (holders.length === 0 && brokenPolicies.length === 0) return;
  const users = viewer.permissions.has('permissions:read') ? await someInView(tx, viewer, holders) : [];
  const policies = brokenPolicies.filter((policy) => matches(fileAccessPolicies.visibleTo(viewer), policy));
  throw inUse(
    USE.ATTRIBUTE_IN_USE({
      name: attribute.name,
      users: counted(holders, MAX_COUNTED),
      userNames: listed(users),
      policies: counted(brokenPolicies, MAX_LISTED),
      policyNames: listed(policies),
    }),
  );
}

function someInView(tx: Transaction, viewer: Viewer, holders: readonly Holder[]) {
  const ids = holders.map(({ id }) => id);
  return tx.db.user.findMany({
    where: { AND: [{ id: { in: ids } }, toPrismaWhere(usersVisibleTo(viewer))] },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: MAX_NAMED,
  });
}

function counted({ length }: readonly unknown[], max: number): string {
  return length > max ? `${max}+` : String(length);
}

/** The first of the names; a hyphen if the viewer may see none. */
function listed(some: readonly { readonly name: string }[]): string {
  const names = some.slice(0, MAX_NAMED).map(({ name }) => name);
  return names.join(', ') || '-';
}
