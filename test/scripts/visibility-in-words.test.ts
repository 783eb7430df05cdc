import { expect, test } from '@jest/globals';
import { PLACE, sampleViewer } from '../../scripts/sample-viewers.ts';
import { inWords } from '../../scripts/visibility-in-words.ts';
import { NOTHING } from '../../src/core/rights/where.ts';

const { user, customer, tenant, otherTenant, organization } = PLACE;

test.each([
  ['–', NOTHING],
  ['–', { tenantId: { in: [] } }],
  ['own', { id: user }],
  ['own', { customerId: customer, residentId: user }],
  ['the customer’s', { customerId: customer, tenantId: { in: [tenant] } }],
  ['the tenant’s', { tenantId: { in: [tenant] } }],
  ['the tenant’s', { OR: [{ id: user }, { tenantId: { equals: tenant } }] }],
  ['the organization’s', { tenantId: { in: [tenant, otherTenant] } }],
  ['the organization’s', { OR: [{ tenantId: { in: [tenant] } }, { organizationId: organization }] }],
  ['own', { AND: [{ tenantId: tenant }, { id: user }] }],
  ['all', {}],
  ['the platform’s', { tenantId: null }],
  ['the tenant’s and the platform’s', { OR: [{ tenantId: null }, { tenantId: { in: [tenant] } }] }],
  [
    'the tenant’s and those that the organization shares',
    {
      OR: [{ tenantId: { in: [tenant] } }, { tenantId: null, organizationId: { in: [organization] } }],
    },
  ],
  ['some of the tenant’s', { tenantId: tenant, status: 'ACTIVE' }],
  ['some of all', { NOT: { id: user } }],
])('%s', (words, visible) => {
  expect(inWords(visible as never)).toBe(words);
});

test('a sample viewer belongs to one customer, tenant and organization as its role needs, with the permissions of its role and no more', () => {
  expect(sampleViewer('RESIDENT')).toMatchObject({ tenantId: tenant, customerId: customer, reach: [tenant] });
  expect(sampleViewer('ORGANIZATION_ADMIN')).toMatchObject({ organizationId: organization, tenantId: null });
  expect(sampleViewer('PLATFORM_SUPPORT')).toMatchObject({ reach: 'EVERY_TENANT', customerId: null });
  expect(sampleViewer('CSR').permissions.has('customers:write')).toBe(false);
});
