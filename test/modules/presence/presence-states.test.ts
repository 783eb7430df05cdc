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

test('X: a user is seen by what it is at each of its open connections, and not by what it was where it has left', () => {
  const owner = { ...admin, userId: 'owner', role: 'OWNER', customerId: 'alder' } as unknown as Viewer;
  const [alder, birch] = [{ customerId: 'alder' }, { customerId: 'birch' }];
  expect(seenBy(owner, of('a', alder))).toEqual({ a: 'ONLINE' });
  expect(seenBy(owner, of('a', { ...alder, hasLeft: true }), of('a', birch))).toEqual({});
  expect(seenBy(owner, of('a', alder), of('a', birch))).toEqual({});
  expect(seenBy(owner, of('a', { ...birch, hasLeft: true }), of('a', alder))).toEqual({ a: 'ONLINE' });
});

test('only the users that are asked for are shown, as far as the viewer sees them', () => {
  const there = [of('b'), of('a'), of('c'), of('d', { tenantId: 'globex' })];
  const asked = presentUsers(there, admin, new Set(['c', 'a', 'd', 'e']));
  expect([...asked]).toEqual([
    ['a', 'ONLINE'],
    ['c', 'ONLINE'],
  ]);
  expect([...presentUsers(there, admin).keys()]).toEqual(['a', 'b', 'c']);
});
