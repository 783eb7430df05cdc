import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';

/** The health of the installation is no business of its tenants. */
export const permissions = {
  'system-health:read': ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

export const mayReadHealth = may('system-health:read');
