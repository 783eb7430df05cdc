import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';

export const permissions = {
  /** The key that signs the receipts of all tenants. */
  'receipt-keys:rotate': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}
