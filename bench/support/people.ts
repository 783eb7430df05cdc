import { Api } from './api.ts';

/** The first administrator of the empty database. */
export const FIRST_ADMIN = { ADMIN_EMAIL: 'root@bench.test', ADMIN_PASSWORD: 'a-long-bench-password' };

const PASSWORD = 'a-good-bench-password';

/** The parts of a staff that are needed, each with other rights. */
export type StaffRole = 'TENANT_ADMIN' | 'SUPPORT' | 'CSR';

/** A tenant and the users who work for it, signed in. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly staff: Readonly<Record<StaffRole, Api>>;
}

const ORGANIZATION = `mutation ($input: OrganizationCreateInput!) {
  organizationCreate(input: $input) { organization { id } userErrors { message } } }`;
const TENANT = `mutation ($input: TenantCreateInput!) {
  tenantCreate(input: $input) { tenant { id } userErrors { message } } }`;
const USER = `mutation ($input: UserCreateInput!) {
  userCreate(input: $input) { user { id } userErrors { message } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { accessToken userErrors { message } } }`;

/** Signs in as the first administrator, who sees every tenant. */
export function signInAsRoot(url: string): Promise<Api> {
  return signIn(url, FIRST_ADMIN.ADMIN_EMAIL, FIRST_ADMIN.ADMIN_PASSWORD);
}

/** Creates a tenant in an organization of its own, and its staff. */
export async function foundTenant(root: Api, name: string): Promise<Tenant> {
  const slug = name.toLowerCase();
  const { organizationCreate } = await root.ask<{ organizationCreate: { organization: { id: string } } }>(
    ORGANIZATION,
    { input: { name, slug } },
  );
  const organizationId = organizationCreate.organization.id;
  const { tenantCreate } = await root.ask<{ tenantCreate: { tenant: { id: string } } }>(TENANT, {
    input: { organizationId, name, slug },
  });
  const { id } = tenantCreate.tenant;
  const employ = async (role: StaffRole): Promise<Api> => {
    const email = `${role.toLowerCase()}@${slug}.test`;
    return (await hire(root, { tenantId: id, role, email, name: `${role} of ${name}` })).api;
  };
  return {
    id,
    name,
    staff: {
      TENANT_ADMIN: await employ('TENANT_ADMIN'),
      SUPPORT: await employ('SUPPORT'),
      CSR: await employ('CSR'),
    },
  };
}

/** The particulars of a new user. */
export interface Hiring {
  readonly tenantId: string;
  readonly role: StaffRole;
  readonly email: string;
  readonly name: string;
  /** Permissions in addition to those of the role. */
  readonly permissions?: readonly string[];
}

/** Creates a user of a tenant and signs it in. */
export async function hire(root: Api, hiring: Hiring): Promise<{ userId: string; api: Api }> {
  const { userCreate } = await root.ask<{ userCreate: { user: { id: string } } }>(USER, {
    input: { ...hiring, password: PASSWORD },
  });
  return { userId: userCreate.user.id, api: await signIn(root.url, hiring.email, PASSWORD) };
}

async function signIn(url: string, email: string, password: string): Promise<Api> {
  const { signIn: payload } = await new Api(url).ask<{ signIn: { accessToken: string } }>(SIGN_IN, {
    input: { email, password },
  });
  return new Api(url, payload.accessToken);
}
