import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may, signedIn } from '../../core/rights/rules.ts';
import { ofOneLevel } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { WritableRows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { ApiToken } from '../../generated/prisma/client.ts';
import { apiTokenEntity } from './api-tokens.changes.ts';

export const permissions = {
  /** Reads the API tokens of other users. */
  'api-tokens:read': READERS,
  /** Makes API tokens, of oneself and of service accounts, and revokes those of others. */
  'api-tokens:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Users see their own tokens; staff who may read tokens see those of their level and of the levels below. */
function apiTokensVisibleTo(viewer: Viewer): Where<ApiToken> {
  if (seesOnlyOwn(viewer)) return { userId: viewer.userId };
  if (viewer.reach === 'EVERY_TENANT') return {};
  const { organizationId } = viewer;
  return { OR: [{ tenantId: { in: viewer.reach } }, ...(organizationId ? [{ organizationId }] : [])] };
}

function seesOnlyOwn({ permissions, role }: Viewer): boolean {
  return !permissions.has('api-tokens:read') || isCustomerRole(role);
}

function tokensOfLevel(feed: string): Where<ApiToken> {
  if (feed === PLATFORM_FEED) return { tenantId: null, organizationId: null };
  return { OR: [{ tenantId: feed }, { organizationId: feed }] };
}

export const apiTokens: WritableRows<ApiToken> = {
  entity: apiTokenEntity,
  type: 'ApiToken',
  rule: signedIn,
  writeRule: may('api-tokens:write'),
  visibleTo: visibilityOf(apiTokenEntity, apiTokensVisibleTo),
  isPersonal: seesOnlyOwn,
  scope: { ...ofOneLevel, rows: tokensOfLevel },
};
