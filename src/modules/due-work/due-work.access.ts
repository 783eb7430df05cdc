import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';

export const permissions = {
  'due-work:read': ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT'],
  'due-work:retry': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}
