import { sampleViewer } from '../../scripts/sample-viewers.ts';
import { isCustomerRole, type Viewer } from '../../src/core/rights/viewer.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import type { Installation } from '../../test/support/installation.ts';
import type { Ids } from '../../test/support/schema-values.ts';
import { aWalker, WALKERS, type Walker, type WalkerSpec } from '../../test/support/two-tenants.ts';

/** A user who asks, and the viewer that it is according to its role and its permissions. */
export interface Asker {
  readonly walker: Walker;
  readonly viewer: Viewer;
}

const { all } = grantedPermissions;

/** The users of globex who have some of the permissions that others of their role lack. */
const BETWEEN: readonly WalkerSpec[] = [
  { role: 'SUPPORT', place: 'tenant', permissions: ['permissions:read', 'prices:read'] },
  { role: 'CSR', place: 'tenant', permissions: ['users:read', 'diffs:read', 'audit:read'] },
  { role: 'OWNER', place: 'customer', permissions: ['audit:read', 'diffs:read', 'notes:read'] },
  { role: 'RESIDENT', place: 'customer', permissions: ['audit:read', 'diffs:read', 'amounts:read'] },
];

/** Makes askers of the walkers of globex, and of users who have some more permissions than their role. */
export async function makeAskers(
  installation: Installation,
  ids: Ids,
  walkers: ReadonlyMap<string, Walker>,
): Promise<Asker[]> {
  const askers = [...walkers.values()].map((walker, at) => askerOf(WALKERS[at] as WalkerSpec, walker, ids));
  for (const spec of BETWEEN) askers.push(askerOf(spec, await aWalker(installation, ids, spec), ids));
  return askers;
}

function askerOf({ role, place, permissions = [] }: WalkerSpec, walker: Walker, ids: Ids): Asker {
  const sample = sampleViewer(role);
  const granted = all.filter((one) => sample.permissions.has(one) || permissions.includes(one));
  const viewer: Viewer = {
    ...sample,
    userId: walker.userId,
    permissions: new Set(granted),
    tenantId: place === 'organization' ? null : String(ids.Tenant),
    organizationId: place === 'organization' ? String(ids.Organization) : null,
    customerId: place === 'customer' ? String(ids.Customer) : null,
    reach: [String(ids.Tenant)],
    homeFeed: String(place === 'organization' ? ids.Organization : ids.Tenant),
  };
  return { walker, viewer };
}

/** Says whether an asker is a user of a customer. */
export function isMember({ viewer }: Asker): boolean {
  return isCustomerRole(viewer.role);
}
