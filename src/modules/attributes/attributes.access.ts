import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { ofOneLevel, type Scope, tenantInScope, tenantToWriteIn } from '../../core/rights/scope.ts';
import { isCustomerRole, isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Attribute } from '../../generated/prisma/client.ts';
import { attributeEntity } from './attributes.changes.ts';

export const permissions = {
  'attributes:read': READERS,
  'attributes:write': ADMINS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff who may read attributes see the platform's, which apply to all tenants, and those of the tenants in their reach. */
function attributesVisibleTo(viewer: Viewer): Where<Attribute> {
  if (!viewer.permissions.has('attributes:read') || isCustomerRole(viewer.role)) return NOTHING;
  if (viewer.reach === 'EVERY_TENANT') return {};
  return { OR: [{ tenantId: null }, { tenantId: { in: viewer.reach } }] };
}

/** The attributes that users of a tenant may hold: the tenant's own and the platform's; of no tenant, the platform's. */
export function attributesUsableIn(tenantId: string | null): Where<Attribute> {
  return tenantId ? { OR: [{ tenantId: null }, { tenantId }] } : { tenantId: null };
}

/** Indexes usable attributes by name: a tenant's own shadows the platform's of the same name. */
export function attributesByName(usable: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  const ownLast = usable.toSorted((a, b) => Number(a.tenantId !== null) - Number(b.tenantId !== null));
  return new Map(ownLast.map((attribute) => [attribute.name, attribute]));
}

/** Resolves the pool of an argument; null is the platform's, the default for users of the platform. */
function poolInScope(viewer: Viewer, tenantId: string | null | undefined): string | null {
  return isOfPlatform(viewer, tenantId) ? null : tenantInScope(viewer, tenantId);
}

/** Resolves the pool like `poolInScope` for a command; throws UserErrors. */
export function poolToWriteIn(viewer: Viewer, tenantId: string | null | undefined): string | null {
  return isOfPlatform(viewer, tenantId) ? null : tenantToWriteIn(viewer, tenantId);
}

function isOfPlatform({ role }: Viewer, tenantId: string | null | undefined): boolean {
  return !tenantId && isPlatformRole(role);
}

/** The attributes that users of one pool may hold. */
export const ofOnePool: Scope<Attribute> = {
  words: 'of a tenant',
  tenantArg:
    'The tenant. Optional for users who belong to a single tenant; users of the platform get the platform’s pool by default.',
  feed: (viewer, tenantId) => poolInScope(viewer, tenantId) ?? PLATFORM_FEED,
  rows: (feed) => attributesUsableIn(feed === PLATFORM_FEED ? null : feed),
};

/** A subscription covers the attributes of one level; a list shows those of one pool, which `ofOnePool` selects. */
export const attributes: Rows<Attribute> = {
  entity: attributeEntity,
  type: 'Attribute',
  rule: may('attributes:read'),
  writeRule: may('attributes:write'),
  visibleTo: visibilityOf(attributeEntity, attributesVisibleTo),
  scope: { ...ofOnePool, ...ofOneLevel },
};
