import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { planEntity } from './plans.changes.ts';

export const permissions = {
  'plans:read': [...READERS, 'SUPPORT'],
  'plans:write': ADMINS,
  /** The prices of plans. */
  'prices:read': [...READERS, 'OWNER'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff see the plans of the tenants in their reach; a customer's own users see its plan in its Account. */
export const plans = staffRows(planEntity, 'plans:read', 'plans:write');
