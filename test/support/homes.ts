import type { Installation, TestTenant, TestUser } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';

/** The homes of a customer of a test: one property with two units, a resident in each, and an owner. */
export interface Homes {
  readonly customerId: string;
  readonly propertyId: string;
  readonly owner: TestUser;
  readonly units: readonly [Home, Home];
}

export interface Home {
  readonly id: string;
  readonly resident: TestUser;
}

/** Creates a customer with an owner, a property and two units with residents. */
export async function someHomes(
  installation: Installation,
  { id: tenantId }: TestTenant,
  name: string,
): Promise<Homes> {
  const customerId = await installation.aCustomer(tenantId, name);
  const owner = await installation.aUser('OWNER', { tenantId, customerId });
  const propertyId = await aProperty(owner, { name });
  const home = async (label: string): Promise<Home> => {
    const resident = await installation.aUser('RESIDENT', { tenantId, customerId });
    return { resident, id: await aUnit(owner, { propertyId, label, residentId: resident.userId }) };
  };
  return { customerId, propertyId, owner, units: [await home(`${name} 1`), await home(`${name} 2`)] };
}

/** Creates a property. */
export async function aProperty(by: Person, input: { name: string; customerId?: string }): Promise<string> {
  const { propertyId } = await mutate(
    by,
    'propertyCreate',
    { input: { address: `1 ${input.name} Street`, ...input } },
    'propertyId',
  );
  return propertyId;
}

/** Creates a unit. */
export async function aUnit(
  by: Person,
  input: { propertyId: string; label: string; residentId?: string },
): Promise<string> {
  return (await mutate(by, 'unitCreate', { input }, 'unitId')).unitId;
}

/** Records a payment of 900 euros; RECEIVED unless `input` says otherwise. */
export async function aPayment(
  by: Person,
  input: { unitId: string; [field: string]: unknown },
): Promise<string> {
  const amount = { amountMinor: 90_000, currency: 'EUR' };
  return (await mutate(by, 'paymentRecord', { input: { amount, ...input } }, 'paymentId')).paymentId;
}
