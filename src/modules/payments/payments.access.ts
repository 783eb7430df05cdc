import type { Viewer } from '../../core/viewer.ts';
import { staffOrManagement, staffOrMembers } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import type { Payment } from '../../generated/prisma/client.ts';

/** Payments are seen by the staff and the owners who may read them, and each by the resident whose it is. */
export function paymentsVisibleTo(viewer: Viewer): Where<Payment> {
  return staffOrMembers<Payment>(viewer, 'payments:read');
}

/** The payments that a viewer may change, given the permission to: a resident's own are for others to change. */
export function paymentsManagedBy(viewer: Viewer): Where<Payment> {
  return staffOrManagement<Payment>(viewer, 'payments:read');
}
