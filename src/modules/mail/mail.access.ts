import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';

export const permissions = {
  /** The e-mails of the installation, without their secrets. */
  'mail:read': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}
