import { isCustomerRole, reaches, type Viewer } from '../../src/core/rights/viewer.ts';
import { samples } from './samples.ts';

/** Texts that reveal, in an answer, whose secret it contains. */
export const canaries = {
  tenant: (tenantId: string) => `canary-t-${tenantId.slice(-12)}-t`,
  customer: (key: string) => `canary-c-${key}-c`,
  user: (key: string) => `canary-u-${key}-u`,
  attribute: (key: string) => `canary-a-${key}-a`,
} as const;

/** The key of the customers that random writes create. No member may read it. */
export const SPARE = 'spare';

/** A viewer, and the user of the crowd that it is. */
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

/** Lists the texts that a reader must never see. */
export function foreignTo(reader: Reader, { tenants, people }: Owned): string[] {
  return [
    ...guardedFrom(reader.viewer),
    ...tenants.flatMap((tenant) => ofTenant(reader.viewer, tenant)),
    ...people.flatMap((person) => (person.key === reader.key ? [] : ofPerson(reader.viewer, person))),
  ];
}

function guardedFrom(viewer: Viewer): string[] {
  const guarded = [...samples.values()].flatMap((sample) => sample.guarded ?? []);
  return [
    ...guarded.filter(({ isSeenBy }) => !isSeenBy(viewer)).map(({ text }) => text),
    ...(isCustomerRole(viewer.role) ? [canaries.customer(SPARE)] : []),
  ];
}

function ofTenant(viewer: Viewer, { id, name, customerIds }: Owned['tenants'][number]): string[] {
  const isOutside = !reaches(viewer, id);
  const isForeign = (customerId: string) =>
    isOutside || (isCustomerRole(viewer.role) && customerId !== viewer.customerId);
  return [
    ...(isOutside ? [canaries.tenant(id)] : []),
    ...customerIds.flatMap((one, index) => (isForeign(one) ? [canaries.customer(`${name}-${index}`)] : [])),
  ];
}

function ofPerson(viewer: Viewer, { key, tenantIds }: Known): string[] {
  const [only] = tenantIds.length === 1 ? tenantIds : [];
  const isOutside = only !== undefined && !reaches(viewer, only);
  const isHidden = isCustomerRole(viewer.role) && !viewer.permissions.has('users:read');
  return [
    ...(viewer.permissions.has('permissions:read') ? [] : [canaries.attribute(key)]),
    ...(isOutside || isHidden ? [canaries.user(key)] : []),
  ];
}
