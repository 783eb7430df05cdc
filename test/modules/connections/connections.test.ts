import { expect, test } from '@jest/globals';
import { permissions } from '../../../src/modules/connections/connections.access.ts';

test('no role of a customer, and no role that only serves customers, reads the connections of a level', () => {
  expect([...permissions['connections:read']].toSorted()).toEqual([
    'ORGANIZATION_ADMIN',
    'PLATFORM_ADMIN',
    'PLATFORM_SUPPORT',
    'TENANT_ADMIN',
  ]);
});
