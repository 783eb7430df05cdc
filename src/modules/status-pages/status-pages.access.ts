import { ADMINS, type GrantedBy, type Grants } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';

export const permissions = {
  'status-pages:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** A customer's own users publish nothing, whatever permissions they hold beside their role. */
export const mayPublish = staffMay('status-pages:write');
