import type { EntityRow } from '../../core/rows/change.ts';
import type { Notification } from '../../generated/prisma/client.ts';

/** The columns in which a notification keeps those by which its row is visible. */
export type SubjectColumns = Pick<
  Notification,
  'subjectTenantId' | 'subjectOrganizationId' | 'subjectCustomerId' | 'subjectResidentId'
>;

/** Any of the columns by which rooms decide who sees a row. */
type Placed = Partial<
  Record<'tenantId' | 'organizationId' | 'customerId' | 'residentId' | 'memberId' | 'userId', string | null>
>;

/** Reads them from the row. */
export function subjectColumns(row: EntityRow): SubjectColumns {
  const {
    tenantId = null,
    organizationId = null,
    customerId = null,
    residentId,
    memberId,
    userId,
  } = row as Placed;
  return {
    subjectTenantId: tenantId,
    subjectOrganizationId: organizationId,
    subjectCustomerId: customerId,
    subjectResidentId: residentId ?? memberId ?? userId ?? null,
  };
}
