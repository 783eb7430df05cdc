import { type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffOfTenant, staffRows } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { ConsentStats } from '../../generated/prisma/client.ts';
import { consentStatsEntity } from './consent-stats.changes.ts';

export const permissions = {
  /** Counts of consents, which viewers without `consents:read` receive as small-groups.ts publishes them. */
  'consent-stats:read': [...READERS, 'CSR'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff with the permission. A customer's own users would learn of other customers from counts. */
export const mayReadStats = staffMay('consent-stats:read');

/** The purposes of which a viewer receives counts, exact ones or not: those of the tenants in its reach. */
export const countedPurposesVisibleTo = visibilityOf(consentStatsEntity, (viewer) =>
  staffOfTenant<ConsentStats>(viewer, 'consent-stats:read'),
);

/** Whether a viewer may list the consents one by one, so that it could count them itself. */
export function mayCount(viewer: Viewer): boolean {
  return mayReadStats(viewer) && viewer.permissions.has('consents:read');
}

/**
 * The live counts: their rows, their changes, and the entries of these in the audit log. Only viewers that may count the
 * consents themselves see any of it, because a count that moves by one shows what one subject did.
 */
export const consentStats: Rows<ConsentStats> = {
  ...staffRows(consentStatsEntity, 'consent-stats:read'),
  rule: mayCount,
  visibleTo: visibilityOf(consentStatsEntity, consentStatsVisibleTo),
};

function consentStatsVisibleTo(viewer: Viewer): Where<ConsentStats> {
  return mayCount(viewer) ? countedPurposesVisibleTo(viewer) : NOTHING;
}
