import { expect, test } from '@jest/globals';
import type { LiveConnection } from '../../../src/core/feeds/live-connection.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import { presentUsers } from '../../../src/modules/presence/presence-states.ts';

const TENANT = 'acme';
const admin = {
  userId: 'admin',
  role: 'TENANT_ADMIN',
  tenantId: TENANT,
  permissions: new Set(['users:read']),
  reach: [TENANT],
  organizationId: null,
  customerId: null,
  modulesOff: new Map(),
} as unknown as Viewer;

function of(userId: string, more: Partial<LiveConnection> = {}): LiveConnection {
  const place = { tenantId: TENANT, organizationId: null, customerId: null };
  const flags = { isProgram: false, isAway: false, isInvisible: false, hasLeft: false };
  return { id: 'c', userId, role: 'CSR', since: '', topics: {}, ...place, ...flags, ...more };
}

const seenBy = (viewer: Viewer, ...connections: LiveConnection[]) =>
  Object.fromEntries(presentUsers(connections, viewer));

test('a user is online if someone is before one of its devices, away if no one is before any, and there for the grace time', () => {
  const away = { isAway: true };
  expect(seenBy(admin, of('a', away), of('a'), of('a', away))).toEqual({ a: 'ONLINE' });
  expect(seenBy(admin, of('a', away), of('a', away))).toEqual({ a: 'AWAY' });
  expect(seenBy(admin, of('a', { hasLeft: true }), of('a', away))).toEqual({ a: 'AWAY' });
  expect(seenBy(admin, of('a', { hasLeft: true }))).toEqual({ a: 'ONLINE' });
});

test('a connection on which an API token acts is no sign of its user', () => {
  expect(seenBy(admin, of('a', { isProgram: true }))).toEqual({});
});

test('X: one invisible connection hides all connections of its user from others, and not from the user', () => {
  const both = [of('a'), of('a', { isInvisible: true })];
  expect(seenBy(admin, ...both)).toEqual({});
  expect(seenBy({ ...admin, userId: 'a' }, ...both)).toEqual({ a: 'INVISIBLE' });
});

test('X: a user of another tenant is not among those who are there', () => {
  expect(seenBy(admin, of('a', { tenantId: 'globex' }), of('b'))).toEqual({ b: 'ONLINE' });
});
