import type { Where } from '../src/core/rights/where.ts';
import { PLACE } from './sample-viewers.ts';

/** The extents of a condition, from the narrowest. */
const EXTENTS = ['–', 'own', 'the customer’s', 'the tenant’s', 'the organization’s', 'all'] as const;

const PLATFORM = 'the platform’s';
const SHARED = 'those that the organization shares';

type Extent = (typeof EXTENTS)[number];

const EXTENT_OF_ID: ReadonlyMap<unknown, Extent> = new Map([
  [PLACE.user, 'own'],
  [PLACE.customer, 'the customer’s'],
  [PLACE.tenant, 'the tenant’s'],
  [PLACE.otherTenant, 'the organization’s'],
  [PLACE.organization, 'the organization’s'],
]);

/**
 * Describes the rows that a sample viewer's visibility lets through: those of the widest place that one of its
 * alternatives names, and those of the platform, which have no tenant, or those that an organization shares, which have
 * none but the organization. A condition that tests anything but a place lets `some of` them through.
 */
export function inWords(visible: Where<object>): string {
  const extent = extentOf(visible);
  const further = withoutTenant(visible);
  if (further) return extent === '–' ? further : `${extent} and ${further}`;
  return extent !== '–' && testsMoreThanPlaces(visible) ? `some of ${extent}` : extent;
}

function extentOf(where: Where<object>): Extent {
  return narrowest(
    Object.entries(where).map(([key, test]) => {
      if (key === 'AND') return narrowest((test as Where<object>[]).map(extentOf));
      if (key === 'OR') return widest((test as Where<object>[]).map(extentOf));
      return key === 'NOT' ? 'all' : widest(valuesOf(test).map((value) => extentOfValue(key, value)));
    }),
  );
}

function extentOfValue(column: string, value: unknown): Extent {
  return isOfPlatform(column, value) ? '–' : (EXTENT_OF_ID.get(value) ?? 'all');
}

function isOfPlatform(column: string, value: unknown): boolean {
  return column === 'tenantId' && value === null;
}

/** Names the rows without a tenant that a condition lets through; null if there are none. */
function withoutTenant(where: Where<object>): string | null {
  if (!someTest(where, isOfPlatform)) return null;
  return someTest(where, (key) => key === 'organizationId') ? SHARED : PLATFORM;
}

function testsMoreThanPlaces(where: Where<object>): boolean {
  return someTest(where, (key, value) => key === 'NOT' || !EXTENT_OF_ID.has(value));
}

function someTest(where: Where<object>, holds: (key: string, value: unknown) => boolean): boolean {
  return Object.entries(where).some(([key, test]) => {
    if (key === 'AND' || key === 'OR') return (test as Where<object>[]).some((part) => someTest(part, holds));
    return valuesOf(test).some((value) => holds(key, value));
  });
}

function valuesOf(test: unknown): unknown[] {
  return test !== null && typeof test === 'object' ? Object.values(test).flat() : [test];
}

function narrowest(extents: readonly Extent[]): Extent {
  return EXTENTS[Math.min(EXTENTS.length - 1, ...extents.map((one) => EXTENTS.indexOf(one)))] ?? 'all';
}

function widest(extents: readonly Extent[]): Extent {
  return EXTENTS[Math.max(0, ...extents.map((one) => EXTENTS.indexOf(one)))] ?? '–';
}
