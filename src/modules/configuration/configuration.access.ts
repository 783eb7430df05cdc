import { configurationEntity, memberView } from '../../configuration/layers/layer-entity.ts';
import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { signedIn } from '../../core/rights/rules.ts';
import { ofOneLevel } from '../../core/rights/scope.ts';
import { isCustomerRole, isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Configuration } from '../../generated/prisma/client.ts';

export const permissions = {
  'config:read': [...READERS, 'SUPPORT'],
  'config:write': ADMINS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Tells whether a viewer may read every path of the tenants in its reach; others read those that are for all users. */
export function readsEveryPath({ permissions, role }: Viewer): boolean {
  return permissions.has('config:read') && !isCustomerRole(role);
}

/** The view of a layer of a viewer that does not read every path. */
function configurationViewFor(viewer: Viewer): PartialView<Configuration> | undefined {
  return readsEveryPath(viewer) ? undefined : memberView;
}

/**
 * Every user sees its own layer and, as soon as something in it is for all users, that of its tenant. Staff that may read
 * configuration see the layers of the tenants in their reach, and staff of the platform those of the platform and of
 * business types, too. No viewer sees the layer of another user.
 */
function configurationsVisibleTo(viewer: Viewer): Where<Configuration> {
  const own: Where<Configuration> = { scope: 'USER', userId: viewer.userId };
  if (viewer.reach !== 'EVERY_TENANT') {
    const ofTenant: Where<Configuration> = { scope: 'TENANT', tenantId: { in: viewer.reach } };
    return {
      OR: [readsEveryPath(viewer) ? ofTenant : { AND: [ofTenant, { memberChanges: { gt: 0 } }] }, own],
    };
  }
  if (!readsEveryPath(viewer) || !isPlatformRole(viewer.role)) return own;
  return { OR: [{ scope: { in: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'] } }, own] };
}

export const configurations: Rows<Configuration> = {
  entity: configurationEntity,
  type: 'Configuration',
  rule: signedIn,
  visibleTo: visibilityOf(configurationEntity, configurationsVisibleTo),
  isPersonal: () => true,
  viewFor: configurationViewFor,
  scope: {
    ...ofOneLevel,
    rows: (feed) => ({ tenantId: feed === PLATFORM_FEED ? null : feed }),
  },
};
