import type { PrismaClient } from '../../generated/prisma/client.ts';
import { badArgument, invalidInput, noSuch, notFound, type RequestError } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';
import { idOf, optional } from '../requests/input-fields.ts';
import { asRowId } from '../requests/row-id.ts';
import { reaches, sharesOf, type Viewer } from './viewer.ts';
import type { Where } from './where.ts';

const ARGUMENT = sentences('BAD_USER_INPUT', {
  TENANT_MISSING: 'Argument "{argument}": is required, because you do not belong to a single tenant.',
  OWNER_MISSING: 'Argument "tenantId" or "organizationId" is required, because you belong to the platform.',
  OWNER_TWICE: 'Argument "{argument}": cannot be given together with "tenantId": name one of them.',
});
const INPUT = sentences('INVALID_INPUT', {
  TENANT_NEEDED: 'The tenant is required, because you do not belong to a single tenant.',
});

/**
 * Decides which tenant an operation addresses. Users of one tenant may leave it out; others must name one. A tenant
 * outside the viewer's reach and one that does not exist get the same answer.
 */
export function tenantInScope(viewer: Viewer, tenantId: string | null | undefined): string {
  const meant = tenantId ? asRowId(tenantId) : viewer.tenantId;
  if (!meant) throw badArgument(ARGUMENT.TENANT_MISSING({ argument: 'tenantId' }));
  if (!reaches(viewer, meant)) throw noSuchTenant();
  return meant;
}

/** Decides like `tenantInScope` for a command; throws UserErrors at the `path` of the argument that names the tenant. */
export function tenantToWriteIn(
  viewer: Viewer,
  tenantId: string | null | undefined,
  path: readonly string[] = TENANT_OF_INPUT,
): string {
  const meant = tenantId ? asRowId(tenantId) : viewer.tenantId;
  if (!meant) throw invalidInput(INPUT.TENANT_NEEDED(), ...path);
  if (!reaches(viewer, meant)) throw notFound('Tenant', ...path);
  return meant;
}

/** The path of the tenant in the arguments of a mutation that creates a row. */
export const TENANT_OF_INPUT = ['input', 'tenantId'] as const;

/** Decides between a tenant and, when none is named, the level the viewer belongs to. */
function levelInScope(viewer: Viewer, tenantId: string | null | undefined): string {
  return tenantId ? tenantInScope(viewer, tenantId) : viewer.homeFeed;
}

/** The answer for a tenant that does not exist or is not visible to the viewer. */
export function noSuchTenant(): RequestError {
  return noSuch('Tenant');
}

/** The feed and the rows that a list or a subscription reads. */
export interface Scope<Row> {
  /** Where listed rows belong, for a description: "of a tenant". Empty if they belong nowhere. */
  readonly words: string;
  /** The description of the argument `tenantId`; null if the field takes none. */
  readonly tenantArg: string | null;
  /** The description of the argument `organizationId`. Absent: the field takes none. */
  readonly organizationArg?: string;
  /**
   * The feed that has the changes of the rows. Throws a RequestError for a tenant or an organization that the viewer may
   * not read.
   */
  readonly feed: (
    viewer: Viewer,
    tenantId: string | null | undefined,
    organizationId?: string | null | undefined,
  ) => string;
  /** The rows that are listed together with that feed; their visibility decides which of them a viewer sees. */
  readonly rows: (feed: string, db: PrismaClient) => Where<Row> | Promise<Where<Row>>;
}

/** The rows of one tenant. */
export const ofOneTenant = {
  words: 'of a tenant',
  tenantArg: 'The tenant. Optional for users who belong to a single tenant.',
  feed: tenantInScope,
  rows: (tenantId: string) => ({ tenantId }),
} as const satisfies Scope<{ readonly tenantId: string }>;

/** The field of an input that says to which tenant a new row belongs; `tenantToWriteIn` takes its value. */
export const tenantIdField = optional(idOf('Tenant', ofOneTenant.tenantArg));

/** A tenant or, if none is named, the level that the viewer belongs to; `rows` says what belongs to a level. */
export const ofOneLevel = {
  words: 'of a tenant, an organization or the platform',
  tenantArg: 'The tenant. If omitted: the tenant, organization or platform that the viewer belongs to.',
  feed: levelInScope,
} as const;

/** The feed of a tenant, of an organization or, if neither is named, of the level that the viewer belongs to. */
export const ofOneFeed = {
  ...ofOneLevel,
  tenantArg:
    'The tenant. If neither this nor an organization is named: the tenant, organization or platform that the viewer belongs to.',
  organizationArg: 'The organization. Only its own users and those of the platform follow its feed.',
  feed: feedInScope,
} as const;

function feedInScope(
  viewer: Viewer,
  tenantId: string | null | undefined,
  organizationId: string | null | undefined,
): string {
  if (organizationId && !mayFollowOrganization(viewer, asRowId(organizationId))) throw noSuch('Organization');
  requireOneOwner(viewer, tenantId, organizationId);
  return tenantId || !organizationId ? levelInScope(viewer, tenantId) : asRowId(organizationId);
}

/**
 * Refuses a tenant and an organization together: the answer would be that of one of them. For users of a tenant both
 * are their own, and the answer is the same.
 */
function requireOneOwner(
  viewer: Viewer,
  tenantId: string | null | undefined,
  organizationId: string | null | undefined,
): void {
  if (viewer.tenantId !== null || !tenantId || !organizationId) return;
  throw badArgument(ARGUMENT.OWNER_TWICE({ argument: 'organizationId' }));
}

/** Tells whether the viewer belongs to an organization or to a level above it. */
function mayFollowOrganization(viewer: Viewer, organizationId: string): boolean {
  return viewer.tenantId === null && sharesOf(viewer, organizationId);
}

/** A row of a tenant, or one that an organization shares with all its tenants. */
export interface OwnedRow {
  readonly organizationId: string;
  readonly tenantId: string | null;
}

/** The rows of a tenant with those that its organization shares, or the shared rows of an organization alone. */
export const ofOneOwner = {
  words: 'of a tenant or an organization',
  tenantArg: 'The tenant: its own, and those that its organization shares. Optional for users of a tenant.',
  organizationArg:
    'The organization: those that it shares with all its tenants. Optional for users of an organization; users of a tenant read them with those of the tenant.',
  feed: ownerInScope,
  rows: rowsOfOwner,
} as const satisfies Scope<OwnedRow>;

/**
 * Users of a tenant read through its feed alone: the copies there do not name users of other tenants, and the feed of the
 * organization does.
 */
function ownerInScope(
  viewer: Viewer,
  tenantId: string | null | undefined,
  organizationId: string | null | undefined,
): string {
  if (organizationId && !sharesOf(viewer, asRowId(organizationId))) throw noSuch('Organization');
  requireOneOwner(viewer, tenantId, organizationId);
  if (tenantId || viewer.tenantId) return tenantInScope(viewer, tenantId);
  const meant = organizationId ?? viewer.organizationId;
  if (!meant) throw badArgument(ARGUMENT.OWNER_MISSING());
  return asRowId(meant);
}

/** The shared rows of the tenant's organization are found by the tenant, because a viewer may reach several. */
async function rowsOfOwner(feed: string, db: PrismaClient) {
  const tenant = await db.tenant.findFirst({ where: { id: feed }, select: { organizationId: true } });
  const shared = { organizationId: tenant?.organizationId ?? feed, tenantId: null };
  return tenant ? { OR: [{ tenantId: feed }, shared] } : shared;
}

/** Rows above tenants: all that the viewer sees. Their changes are in the feed of the viewer's own level. */
export const ofEveryLevel: Scope<object> = {
  words: '',
  tenantArg: null,
  feed: (viewer) => viewer.homeFeed,
  rows: () => ({}),
};
