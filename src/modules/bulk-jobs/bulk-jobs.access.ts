import { type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

export const permissions = { 'bulk-jobs:read': READERS } as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff see the bulk jobs of the tenants in their reach. */
export const bulkJobs = staffRows(bulkJobEntity, 'bulk-jobs:read');
