import type { GrantedBy, Grants } from '../../core/rights/permissions.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';

export const permissions = {
  /** The e-mails of the installation, without their secrets. */
  'mail:read': ['PLATFORM_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff of the platform that may read e-mails: the queue holds those of every tenant. */
export function mayReadMail({ permissions: held, role }: Viewer): boolean {
  return held.has('mail:read') && isPlatformRole(role);
}
