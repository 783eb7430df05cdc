import { afterAll } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from './installation.ts';

/** The roles that need a tenant and nothing else. */
type StaffRole = 'ORGANIZATION_ADMIN' | 'TENANT_ADMIN' | 'SUPPORT' | 'CSR';

/** Tenants by name, each with its staff by name. */
type Cast = Readonly<Record<string, Readonly<Record<string, StaffRole>>>>;

type NamesOfStaff<Of extends Cast> = { [Tenant in keyof Of]: keyof Of[Tenant] }[keyof Of];

/** A running server with the tenants and the staff of a cast, each under its name. */
type Stage<Of extends Cast> = { readonly installation: Installation } & {
  readonly [Tenant in keyof Of]: TestTenant;
} & { readonly [Name in NamesOfStaff<Of>]: TestUser };

/**
 * Starts a server, creates the tenants and their staff, and stops the server after the tests of the file:
 *
 *     const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
 *
 * Call it at the top level of a file, where it can register the stop. `start` is the argument of `Installation.start`.
 */
export async function aStage<const Of extends Cast>(
  cast: Of,
  ...start: Parameters<typeof Installation.start>
): Promise<Stage<Of>> {
  const installation = await Installation.start(...start);
  try {
    const stage: Record<string, unknown> = { installation };
    for (const [name, staff] of Object.entries(cast)) {
      const tenant = await installation.aTenant(capitalised(name));
      stage[name] = tenant;
      for (const [person, role] of Object.entries(staff)) stage[person] = await aMember(tenant, role);
    }
    afterAll(() => installation.stop());
    return stage as Stage<Of>;
  } catch (error) {
    await installation.stop();
    throw error;
  }

  function aMember({ id: tenantId, organizationId }: TestTenant, role: StaffRole): Promise<TestUser> {
    return installation.aUser(role, role === 'ORGANIZATION_ADMIN' ? { organizationId } : { tenantId });
  }
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
