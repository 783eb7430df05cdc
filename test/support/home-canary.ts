import type { Permission } from '../../src/core/rights/permissions.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';

/** Marks the rows that belong to homes: properties, units, payments for them and requests about them. */
export const HOME = 'canary-home';

const SHOW_HOMES: readonly Permission[] = [
  'properties:read',
  'units:read',
  'payments:read',
  'maintenance:read',
];

/** Says whether a viewer reads one of the types of rows that belong to homes. */
export function isSeenByReadersOfHomes({ permissions }: Viewer): boolean {
  return SHOW_HOMES.some((one) => permissions.has(one));
}
