import { describe, expect, test } from '@jest/globals';
import { audienceOf, OutsideAudience } from '../../../src/core/rights/audience.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';

const ADA: Viewer = {
  userId: 'ada',
  name: 'Ada',
  role: 'CSR',
  permissions: new Set(['customers:read', 'plans:read']),
  ownPermissions: new Set(['plans:read']),
  templates: {},
  rightsVersion: 1,
  tenantId: 'acme',
  organizationId: null,
  customerId: null,
  reach: ['acme'],
  sharing: ['northwind'],
  modulesOff: {},
  homeFeed: 'acme',
  apiToken: null,
};

/** A different value of each property. */
const OTHER: Viewer = {
  userId: 'bob',
  name: 'Bob',
  role: 'TENANT_ADMIN',
  permissions: new Set(['customers:read']),
  ownPermissions: new Set(),
  templates: { CSR: [] },
  rightsVersion: 2,
  tenantId: 'beta',
  organizationId: 'union',
  customerId: 'customer',
  reach: 'EVERY_TENANT',
  sharing: 'EVERY_ORGANIZATION',
  modulesOff: { payments: { isAllBut: false, tenants: ['northwind'] } },
  homeFeed: 'beta',
  apiToken: { id: 'token', name: 'Sync', permissions: new Set(['plans:read']) },
};

const PROPERTIES = Object.keys(ADA) as (keyof Viewer)[];
const shared = audienceOf(ADA, false);

/** Tells whether code that runs for the whole audience can read a property. */
function isReadable(property: keyof Viewer): boolean {
  try {
    return shared.viewer[property] === ADA[property];
  } catch (error) {
    if (error instanceof OutsideAudience) return false;
    throw error;
  }
}

describe('X: the audience of several viewers', () => {
  test.each(PROPERTIES)('lets %s be read exactly if another value gives another audience', (property) => {
    const other = audienceOf({ ...ADA, [property]: OTHER[property] }, false);
    expect(isReadable(property)).toBe(other.key !== shared.key);
  });

  test('shares the rights of a viewer and nothing that says who it is', () => {
    expect(PROPERTIES.filter(isReadable).sort()).toEqual(
      [
        'role',
        'permissions',
        'tenantId',
        'organizationId',
        'customerId',
        'reach',
        'sharing',
        'modulesOff',
      ].sort(),
    );
  });

  test('is the same for the same permissions in another order', () => {
    const permissions = new Set([...ADA.permissions].reverse());
    expect(audienceOf({ ...ADA, permissions }, false).key).toBe(shared.key);
  });

  test('cannot be changed by code that runs for it', () => {
    expect(() => Object.assign(shared.viewer, { role: 'TENANT_ADMIN' })).toThrow(TypeError);
  });
});

describe('X: a personal audience', () => {
  const personal = audienceOf(ADA, true);

  test.each(PROPERTIES)('differs for another %s', (property) => {
    expect(audienceOf({ ...ADA, [property]: OTHER[property] }, true).key).not.toBe(personal.key);
  });

  test('has all properties of its viewer', () => {
    expect(personal.viewer).toEqual(ADA);
  });

  test('is never the audience of several viewers', () => {
    expect(personal.key).not.toBe(shared.key);
  });
});
