import { isMemberRole, reaches, type Viewer } from '../../src/core/viewer.ts';

/** Texts by which one recognises whose secret it is that has come through. */
export const canaries = {
  price: { amountMinor: 707_070_707, currency: 'EUR' },
  amount: { amountMinor: 505_050_505, currency: 'EUR' },
  tenant: (tenantId: string) => `canary-t-${tenantId.slice(-12)}-t`,
  user: (key: string) => `canary-u-${key}-u`,
  attribute: (key: string) => `canary-a-${key}-a`,
  home: (key: string) => `canary-home canary-c-${key}-c`,
  customer: (tenantId: string, key: string) => ({
    company: `${canaries.tenant(tenantId)} canary-c-${key}-c`,
    owner: `canary-c-${key}-c`,
    email: `canary-contact-${key}@lockstep.test`,
    phone: `canary-contact-${key}`,
    internalNotes: 'canary-note',
  }),
  policy: (tenantId: string) => ({
    name: `canary-policy ${canaries.tenant(tenantId)}`,
    filePattern: '/canary/**',
    condition: 'user.role in ["SUPPORT", "OWNER"]',
    effect: 'ALLOW',
  }),
} as const;

/** A viewer, and who of the crowd it is. */
export interface Reader {
  readonly viewer: Viewer;
  readonly key: string;
}

interface Known {
  readonly key: string;
  readonly tenantIds: readonly string[];
}

interface Owned {
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly customerIds: readonly string[];
  }[];
  readonly people: readonly Known[];
}

/** Makes the list of what a reader must never see. */
export function foreignTo(reader: Reader, { tenants, people }: Owned): string[] {
  return [
    ...protectedFrom(reader.viewer),
    ...tenants.flatMap((tenant) => ofTenant(reader.viewer, tenant)),
    ...people.flatMap((person) => (person.key === reader.key ? [] : ofPerson(reader.viewer, person))),
  ];
}

const SHOW_HOMES = ['properties:read', 'units:read', 'payments:read', 'maintenance:read'] as const;

function protectedFrom({ permissions, role }: Viewer): string[] {
  const isMember = isMemberRole(role);
  return [
    ...(permissions.has('contacts:read') ? [] : ['canary-contact-']),
    ...(permissions.has('notes:read') && !isMember ? [] : ['canary-note']),
    ...(permissions.has('prices:read') ? [] : [String(canaries.price.amountMinor)]),
    ...(permissions.has('amounts:read') ? [] : [String(canaries.amount.amountMinor)]),
    ...(SHOW_HOMES.some((one) => permissions.has(one)) ? [] : ['canary-home']),
    ...(permissions.has('file-access-policies:read') ? [] : ['canary-policy']),
    ...(isMember ? ['canary-c-spare-'] : []),
  ];
}

function ofTenant(viewer: Viewer, { id, name, customerIds }: Owned['tenants'][number]): string[] {
  const isOutside = !reaches(viewer, id);
  const isForeign = (customerId: string) =>
    isOutside || (isMemberRole(viewer.role) && customerId !== viewer.customerId);
  return [
    ...(isOutside ? [canaries.tenant(id)] : []),
    ...customerIds.flatMap((one, index) => (isForeign(one) ? [`canary-c-${name}-${index}-c`] : [])),
  ];
}

function ofPerson(viewer: Viewer, { key, tenantIds }: Known): string[] {
  const [only] = tenantIds.length === 1 ? tenantIds : [];
  const isOutside = only !== undefined && !reaches(viewer, only);
  const isHidden = isMemberRole(viewer.role) && !viewer.permissions.has('users:read');
  return [
    ...(viewer.permissions.has('permissions:read') ? [] : [canaries.attribute(key)]),
    ...(isOutside || isHidden ? [canaries.user(key)] : []),
  ];
}
