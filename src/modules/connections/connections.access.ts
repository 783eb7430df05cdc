import { type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';

export const permissions = { 'connections:read': READERS } as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff who operate a level see who is connected to it, also who wants to be seen by no one. */
export const mayReadConnections = staffMay('connections:read');
