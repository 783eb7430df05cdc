import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import { NOTHING, type Where } from '../../core/where.ts';
import type { Attribute } from '../../generated/prisma/client.ts';

/** The staff who may read attributes see the platform's, which hold everywhere, and those of the tenants in reach. */
export function attributesVisibleTo(viewer: Viewer): Where<Attribute> {
  if (!viewer.permissions.has('attributes:read') || isMemberRole(viewer.role)) return NOTHING;
  if (viewer.reach === 'EVERY_TENANT') return {};
  return { OR: [{ tenantId: null }, { tenantId: { in: viewer.reach } }] };
}

/** What people of a tenant may hold: the tenant's own and the platform's; who belongs to no tenant, the platform's. */
export function attributesUsableIn(tenantId: string | null): Where<Attribute> {
  return tenantId ? { OR: [{ tenantId: null }, { tenantId }] } : { tenantId: null };
}

/** Usable attributes by name: a tenant's own shadows the platform's of the same name. */
export function attributesByName(usable: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  const ownLast = usable.toSorted((a, b) => Number(a.tenantId !== null) - Number(b.tenantId !== null));
  return new Map(ownLast.map((attribute) => [attribute.name, attribute]));
}
