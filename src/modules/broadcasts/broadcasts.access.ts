import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { signedIn, staffMay } from '../../core/rights/rules.ts';
import { ofEveryLevel, ofOneFeed, type Scope } from '../../core/rights/scope.ts';
import { isCustomerRole, isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Broadcast, BroadcastAcknowledgement, BroadcastLevel } from '../../generated/prisma/client.ts';
import { acknowledgementEntity, broadcastEntity } from './broadcasts.changes.ts';

export const permissions = {
  /** To read the broadcasts of one's level and below, also those that have ended and those to others. */
  'broadcasts:read': READERS,
  'broadcasts:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Only staff send broadcasts. */
export const maySend = staffMay('broadcasts:write');

/** The level that a viewer belongs to. */
export function levelOf({ role, tenantId }: Viewer): BroadcastLevel {
  if (isPlatformRole(role)) return 'PLATFORM';
  return tenantId === null ? 'ORGANIZATION' : 'TENANT';
}

/**
 * The running broadcasts that address a viewer, but those to single users. It depends on nothing that tells users of the
 * same rights apart, so one execution serves them all.
 */
export function addressedTo({
  role,
  tenantId,
  organizationId,
  customerId,
  sharing,
}: Viewer): Where<Broadcast> {
  const organizationIds = tenantId !== null ? (sharing as readonly string[]) : [organizationId ?? []].flat();
  const ofOrganization = { tenantId: null, organizationId: { in: organizationIds } };
  const ofPlatform = { tenantId: null, organizationId: null };
  const ofTenant: Where<Broadcast>[] = tenantId !== null ? [{ tenantId }] : [];
  const places: Where<Broadcast>[] = [ofPlatform, ofOrganization, ...ofTenant];
  return {
    status: 'RUNNING',
    OR: [
      { audience: 'PLATFORM', ...ofPlatform },
      // One that the tenant loses with its organization is shown as one of its own (`rowLost`).
      { audience: 'ORGANIZATION', OR: [ofOrganization, ...ofTenant] },
      ...ofTenant.map((place): Where<Broadcast> => ({ audience: 'TENANT', ...place })),
      ...ofTenant.map(
        (place): Where<Broadcast> =>
          customerId === null ? NOTHING : { audience: 'CUSTOMER', customerId, ...place },
      ),
      { audience: 'ROLE', audienceRole: role, OR: places },
    ],
  };
}

/** The running broadcasts to this user alone, sent where the user is now. */
function addressedToUser({ userId, tenantId, organizationId }: Viewer): Where<Broadcast> {
  return {
    ...{ status: 'RUNNING', audience: 'USER', userId, tenantId },
    organizationId: tenantId === null ? organizationId : null,
  };
}

/** The broadcasts that staff manage: those sent from their own level or from below, within their reach. */
export function managedBy(viewer: Viewer): Where<Broadcast> {
  const { role, permissions: held, reach, tenantId, organizationId } = viewer;
  if (!held.has('broadcasts:read') || isCustomerRole(role)) return NOTHING;
  if (reach === 'EVERY_TENANT') return {};
  if (tenantId !== null) return { senderLevel: 'TENANT', tenantId };
  const ofLevel: Where<Broadcast> = { tenantId: null, organizationId };
  return {
    senderLevel: { in: ['ORGANIZATION', 'TENANT'] },
    OR: [{ tenantId: { in: reach } }, ...(organizationId === null ? [] : [ofLevel])],
  };
}

/** Whether this broadcast addresses the viewer now. */
export function addresses(viewer: Viewer): Where<Broadcast> {
  return { OR: [addressedTo(viewer), addressedToUser(viewer)] };
}

/** A list has the broadcasts of a level and those of the levels above it, as the feed has their changes. */
async function rowsOfFeed(
  feed: string,
  db: Parameters<Scope<Broadcast>['rows']>[1],
): Promise<Where<Broadcast>> {
  const ofPlatform: Where<Broadcast> = { tenantId: null, organizationId: null };
  if (feed === PLATFORM_FEED) return ofPlatform;
  const tenant = await db.tenant.findFirst({ where: { id: feed }, select: { organizationId: true } });
  const toMany: Where<Broadcast> = { NOT: { audience: 'USER' } };
  const ofOrganization = { tenantId: null, organizationId: tenant?.organizationId ?? feed };
  const own = tenant ? [{ tenantId: feed }, { ...ofOrganization, ...toMany }] : [ofOrganization];
  return { OR: [...own, { ...ofPlatform, ...toMany }] };
}

/** The broadcasts that address a viewer, while they are running, and those that it manages. */
export const broadcasts: Rows<Broadcast> = {
  entity: broadcastEntity,
  type: 'Broadcast',
  rule: signedIn,
  visibleTo: visibilityOf(broadcastEntity, (viewer) => ({ OR: [addresses(viewer), managedBy(viewer)] })),
  isPersonal: () => true,
  scope: { ...ofOneFeed, rows: rowsOfFeed } as Scope<Broadcast>,
};

/** Users see which broadcasts they have acknowledged themselves; senders see the number alone. */
export const acknowledgements: Rows<BroadcastAcknowledgement> = {
  entity: acknowledgementEntity,
  type: 'BroadcastAcknowledgement',
  rule: signedIn,
  visibleTo: visibilityOf(acknowledgementEntity, ({ userId }) => ({ userId })),
  isPersonal: () => true,
  scope: ofEveryLevel as Scope<BroadcastAcknowledgement>,
};
