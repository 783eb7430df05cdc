import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { managementRows, residentRows } from '../customers/customer-rows.access.ts';
import { paymentEntity } from './payments.changes.ts';

export const permissions = {
  'payments:read': [...READERS, 'SUPPORT', 'OWNER', 'RESIDENT'],
  'payments:write': [...ADMINS, 'OWNER'],
  /** The amounts of payments. */
  'amounts:read': [...READERS, 'OWNER', 'RESIDENT'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff and owners see payments, and a resident sees its own. */
export const payments = residentRows(paymentEntity, 'payments:read', 'payments:write');

/** The payments that a viewer with the permission may change: a resident has none, not even its own. */
export const managedPayments = managementRows(paymentEntity, 'payments:read');
