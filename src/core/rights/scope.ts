import { badArgument, invalidInput, noSuch, notFound, type RequestError } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';
import { idOf, optional } from '../requests/input-fields.ts';
import { asRowId } from '../requests/row-id.ts';
import { reaches, type Viewer } from './viewer.ts';
import type { Where } from './where.ts';

const ARGUMENT = sentences('BAD_USER_INPUT', {
  TENANT_MISSING: 'Argument "{argument}": is required, because you do not belong to a single tenant.',
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
  /** The feed that has the changes of the rows. Throws a RequestError for a tenant that the viewer may not read. */
  readonly feed: (viewer: Viewer, tenantId: string | null | undefined) => string;
  /** The rows that are listed together with that feed; their visibility decides which of them a viewer sees. */
  readonly rows: (feed: string) => Where<Row>;
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

/** Rows above tenants: all that the viewer sees. Their changes are in the feed of the viewer's own level. */
export const ofEveryLevel: Scope<object> = {
  words: '',
  tenantArg: null,
  feed: (viewer) => viewer.homeFeed,
  rows: () => ({}),
};
