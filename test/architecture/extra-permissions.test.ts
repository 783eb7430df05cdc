import { expect, test } from '@jest/globals';
import { sampleViewer } from '../../scripts/sample-viewers.ts';
import { inWords } from '../../scripts/visibility-in-words.ts';
import type { Role } from '../../src/generated/prisma/enums.ts';
import type { ShownRows } from '../../src/graph/events/follow.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import { schema } from '../../src/schema.ts';

/**
 * A customer's own users see their tenant with its settings, the broadcasts that address them, what it asks consent for, and
 * what works with the messages and attachments of the staff about it, by their roles.
 */
const SEEN_BY_ALL = [
  'Attachment',
  'Configuration',
  'Broadcast',
  'ConsentNotice',
  'ConsentPurpose',
  'Incident',
  'IncidentUpdate',
  'MaintenanceWindow',
  'Message',
  'Service',
  'SystemStatus',
  'Tenant',
];
const SHARED = 'those that the organization shares';
const OF_CUSTOMER = ['–', 'own', 'some of own', 'the customer’s', 'some of the customer’s'];
const OF_TENANT = [
  ...OF_CUSTOMER,
  'the tenant’s',
  'some of the tenant’s',
  'the tenant’s and the platform’s',
  `the tenant’s and ${SHARED}`,
];
const OF_ORGANIZATION = [
  ...OF_TENANT,
  'the organization’s',
  'some of the organization’s',
  'the organization’s and the platform’s',
  `the organization’s and ${SHARED}`,
];

/** Every visibility of rows that a subscription shows, by the name of the type. */
const shown = new Map<string, ShownRows>(
  Object.values(schema.getSubscriptionType()?.getFields() ?? {})
    .flatMap(({ extensions }) => extensions.follow?.shows ?? [])
    .map((one) => [one.typeName, one]),
);

test.each<[Role, readonly string[]]>([
  ['OWNER', OF_CUSTOMER],
  ['MANAGER', OF_CUSTOMER],
  ['RESIDENT', OF_CUSTOMER],
  ['TENANT_ADMIN', OF_TENANT],
  ['SUPPORT', OF_TENANT],
  ['CSR', OF_TENANT],
  ['ORGANIZATION_ADMIN', OF_ORGANIZATION],
])('X: %s sees no row beyond its own level, whatever permissions it holds', (role, within) => {
  const viewer = { ...sampleViewer(role), permissions: new Set(grantedPermissions.all) };
  const extents = [...shown.values()].map((one) => [one.typeName, inWords(one.visibleTo(viewer))] as const);
  expect(extents.length).toBeGreaterThan(10);
  const beyond = extents.filter(([, extent]) => !within.includes(extent)).map(([type]) => type);
  expect(beyond).toEqual(within === OF_CUSTOMER ? SEEN_BY_ALL : []);
});
