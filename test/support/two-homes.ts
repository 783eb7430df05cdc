import type { Installation, TestUser } from './installation.ts';

/** What one resident has: the unit it rents, and itself. */
export interface Home {
  readonly unitId: string;
  readonly resident: TestUser;
}

/** A property of one customer with two units, each rented by somebody, and the people around it. */
export interface TwoHomes {
  readonly tenantId: string;
  readonly customerId: string;
  readonly propertyId: string;
  readonly first: Home;
  readonly second: Home;
  readonly owner: TestUser;
  readonly manager: TestUser;
  readonly support: TestUser;
}

/** Builds two homes in a tenant of their own. */
export async function twoHomes(installation: Installation, name = 'Elm House'): Promise<TwoHomes> {
  const { root } = installation;
  const { id: tenantId } = await installation.aTenant();
  const customerId = await installation.aCustomer(tenantId, name);
  const { propertyCreate } = await root.ask(
    'mutation ($input: PropertyCreateInput!) { propertyCreate(input: $input) { propertyId userErrors { message path } } }',
    { input: { customerId, name, address: '1 Elm Street' } },
  );
  const { propertyId } = propertyCreate;
  const member = (role: string) => installation.aUser(role, { tenantId, customerId });
  const home = async (label: string): Promise<Home> => {
    const resident = await member('RESIDENT');
    const { unitCreate } = await root.ask(
      'mutation ($input: UnitCreateInput!) { unitCreate(input: $input) { unitId userErrors { message path } } }',
      { input: { propertyId, label, residentId: resident.userId } },
    );
    return { unitId: unitCreate.unitId, resident };
  };
  return {
    tenantId,
    customerId,
    propertyId,
    first: await home('1'),
    second: await home('2'),
    owner: await member('OWNER'),
    manager: await member('MANAGER'),
    support: await installation.aUser('SUPPORT', { tenantId }),
  };
}
