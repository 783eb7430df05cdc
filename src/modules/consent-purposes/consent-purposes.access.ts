import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffRows, type TenantRow } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { ConsentPurpose } from '../../generated/prisma/client.ts';
import { consentPurposeEntity } from './consent-purposes.changes.ts';

export const permissions = {
  /** Purposes of consent and their notices. */
  'consent-purposes:read': [...READERS, 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  'consent-purposes:write': ADMINS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** A tenant asks all its customers for the same consents, so its staff and its customers' own users see the same rows. */
export function offeredTo<Row extends TenantRow>({ permissions: held, reach }: Viewer): Where<Row> {
  if (!held.has('consent-purposes:read')) return NOTHING as Where<Row>;
  return (reach === 'EVERY_TENANT' ? {} : { tenantId: { in: reach } }) as Where<Row>;
}

/** Staff and the customers' own users see the purposes of the tenants in their reach. */
export const consentPurposes: Rows<ConsentPurpose> = {
  ...staffRows(consentPurposeEntity, 'consent-purposes:read'),
  writeRule: staffMay('consent-purposes:write'),
  visibleTo: visibilityOf(consentPurposeEntity, offeredTo),
};
