import { badArgument, noSuch, type RequestError } from './errors.ts';
import { asRowId } from './row-id.ts';
import { reaches, type Viewer } from './viewer.ts';

/**
 * Decides which tenant is meant. People of one tenant may leave it out; others must say which. A tenant that the
 * viewer may not look into and one that does not exist get the same answer.
 */
export function tenantInScope(viewer: Viewer, tenantId: string | null | undefined): string {
  const meant = tenantId ? asRowId(tenantId) : viewer.tenantId;
  if (!meant) throw badArgument('tenantId', 'is required, because you do not belong to a single tenant.');
  if (!reaches(viewer, meant)) throw noSuchTenant();
  return meant;
}

/** Decides between a tenant and, when none is named, the level the viewer belongs to. */
export function levelInScope(viewer: Viewer, tenantId: string | null | undefined): string {
  return tenantId ? tenantInScope(viewer, tenantId) : viewer.homeFeed;
}

/** The answer for a tenant that is not there or not the viewer's to see. */
export function noSuchTenant(): RequestError {
  return noSuch('tenant');
}
