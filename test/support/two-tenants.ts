import { ROLE_PERMISSIONS } from '../../src/core/permissions.ts';
import { Installation, signIn } from './installation.ts';
import { Person } from './person.ts';
import type { Ids } from './schema-values.ts';

const PASSWORD = "a walker's own password";

/** Somebody of the tenant globex, who can sign in again after having signed out. */
export interface Walker {
  readonly title: string;
  readonly userId: string;
  person: Person;
  again(): Promise<void>;
}

/** A tenant in an organization of its own, with a row of every kind; all their texts carry its canary. */
export interface Populated {
  readonly canary: string;
  /** What an attack on this tenant would name. */
  readonly ids: Ids;
  /** Every id of a row of it, for finding whatever mentions one. */
  readonly rowIds: readonly string[];
}

// Whoever grants gives no more than they hold, and only a PLATFORM_ADMIN holds this much.
const GRANTABLE = ROLE_PERMISSIONS.PLATFORM_ADMIN;

// The wall has to hold for whoever was given rights in addition to those of the role, too.
const WALKERS = [
  { role: 'TENANT_ADMIN', place: 'tenant' },
  { role: 'SUPPORT', place: 'tenant' },
  { role: 'CSR', place: 'tenant' },
  { role: 'OWNER', place: 'customer' },
  { role: 'MANAGER', place: 'customer' },
  { role: 'RESIDENT', place: 'customer' },
  { role: 'ORGANIZATION_ADMIN', place: 'organization' },
  { role: 'TENANT_ADMIN', place: 'tenant', permissions: GRANTABLE },
  { role: 'RESIDENT', place: 'customer', permissions: GRANTABLE },
  { role: 'ORGANIZATION_ADMIN', place: 'organization', permissions: GRANTABLE },
] as const;

export const WALKER_TITLES = WALKERS.map((one) => titleOf(one));

function titleOf(walker: (typeof WALKERS)[number]): string {
  return 'permissions' in walker ? `${walker.role} with every permission` : walker.role;
}

// What is asked here is everything at once, so the bounds on what one may ask for are lifted.
export const WIDE = {
  MAX_TOKENS: '2000',
  MAX_DEPTH: '20',
  MAX_NODES: '1000000',
  MAX_ALIASES: '1000',
  WS_MAX_UNSENT_BYTES: '67108864',
  WS_MAX_OPERATIONS: '10000',
  WS_MESSAGE_BURST: '10000',
};

/** Two tenants on one server that must not know of each other: acme is attacked, globex attacks. */
export class TwoTenants {
  readonly installation: Installation;
  readonly acme: Populated;
  readonly globex: Populated;
  readonly walkers: ReadonlyMap<string, Walker>;

  private constructor(
    installation: Installation,
    acme: Populated,
    globex: Populated,
    walkers: readonly Walker[],
  ) {
    this.installation = installation;
    this.acme = acme;
    this.globex = globex;
    this.walkers = new Map(walkers.map((walker) => [walker.title, walker]));
  }

  static async start(): Promise<TwoTenants> {
    const installation = await Installation.start(WIDE);
    const acme = await populate(installation, 'acme');
    const globex = await populate(installation, 'globex');
    const walkers: Walker[] = [];
    for (const one of WALKERS) walkers.push(await aWalker(installation, globex.ids, one));
    return new TwoTenants(installation, acme, globex, walkers);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.walkers.values()].map(({ person }) => person.leave()));
    await this.installation.stop();
  }
}

async function populate({ root }: Installation, name: string): Promise<Populated> {
  const canary = `canary-of-${name}-${crypto.randomUUID().slice(0, 8)}`;
  const email = () => `${canary}-${crypto.randomUUID().slice(0, 8)}@lockstep.test`;
  const create = async (noun: string, input: object): Promise<string> => {
    const type = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}CreateInput`;
    const data = await root.ask(
      `mutation ($input: ${type}!) { made: ${noun}Create(input: $input) { id: ${noun}Id userErrors { message path } } }`,
      { input },
    );
    return data.made.id;
  };
  const organization = await create('organization', { name: canary, slug: canary });
  const tenant = await create('tenant', {
    organizationId: organization,
    name: canary,
    slug: canary,
    businessType: canary,
  });
  const plan = await create('plan', {
    tenantId: tenant,
    name: canary,
    monthlyPrice: { amountMinor: 100, currency: 'EUR' },
  });
  const customer = await create('customer', {
    tenantId: tenant,
    company: canary,
    owner: canary,
    email: email(),
    phone: canary,
    planId: plan,
    internalNotes: canary,
  });
  const { attributeAdd } = await root.ask(
    'mutation ($input: AttributeAddInput!) { attributeAdd(input: $input) { attributeId userErrors { message } } }',
    { input: { tenantId: tenant, name: canary, description: canary } },
  );
  const attribute = attributeAdd.attributeId;
  const fileAccessPolicy = await create('fileAccessPolicy', {
    tenantId: tenant,
    name: canary,
    filePattern: `/${canary}/**`,
    condition: `"${canary}" in user.attributes`,
    effect: 'ALLOW',
  });
  const person = {
    name: canary,
    department: canary,
    company: canary,
    attributes: [canary],
    password: PASSWORD,
  };
  const member = { ...person, tenantId: tenant, customerId: customer, role: 'RESIDENT', email: email() };
  const user = await create('user', member);
  const admin = await create('user', { ...person, tenantId: tenant, role: 'TENANT_ADMIN', email: email() });
  const head = await create('user', {
    ...person,
    organizationId: organization,
    role: 'ORGANIZATION_ADMIN',
    email: email(),
  });
  const property = await create('property', { customerId: customer, name: canary, address: canary });
  const unit = await create('unit', { propertyId: property, label: canary, residentId: user });
  const { paymentRecord } = await root.ask(
    'mutation ($input: PaymentRecordInput!) { paymentRecord(input: $input) { paymentId userErrors { message path } } }',
    {
      input: {
        unitId: unit,
        amount: { amountMinor: 100, currency: 'EUR' },
        status: 'PENDING',
        reference: canary,
      },
    },
  );
  const payment = paymentRecord.paymentId;
  const maintenanceRequest = await create('maintenanceRequest', {
    unitId: unit,
    title: canary,
    description: canary,
  });
  const bulkJob = await aBulkJob(root, tenant, [user]);
  const { auditLog } = await root.ask(
    'query ($id: ID) { auditLog(tenantId: $id, first: 1) { nodes { id } } }',
    { id: tenant },
  );
  const [{ id: audit }] = auditLog.nodes;
  const cursor = await root.now(tenant);
  const rows = {
    organization,
    tenant,
    plan,
    customer,
    user,
    property,
    unit,
    payment,
    maintenanceRequest,
    bulkJob,
    attribute,
    fileAccessPolicy,
  };
  return { canary, ids: { ...rows, audit, cursor }, rowIds: [...Object.values(rows), admin, head] };
}

/** A job that has ended: nothing changes behind a test's back. */
async function aBulkJob(root: Person, tenantId: string, ids: string[]): Promise<string> {
  const ended = root.follow(
    'subscription ($tenantId: ID, $after: Cursor) { bulkJobCompleted(tenantId: $tenantId, after: $after) { cursor } }',
    { tenantId, after: await root.now(tenantId) },
  );
  const { usersAttributesUpdate } = await root.ask(
    `mutation ($tenantId: ID!, $ids: [ID!]!) {
      usersAttributesUpdate(tenantId: $tenantId, ids: $ids, remove: ["nothing"]) { bulkJobId userErrors { message } } }`,
    { tenantId, ids },
  );
  await ended.take(1);
  return usersAttributesUpdate.bulkJobId;
}

async function aWalker(
  { app, root }: Installation,
  ids: Ids,
  walker: (typeof WALKERS)[number],
): Promise<Walker> {
  const title = titleOf(walker);
  const email = `${crypto.randomUUID()}@globex.test`;
  const input = {
    name: title,
    email,
    role: walker.role,
    password: PASSWORD,
    ...(walker.place === 'organization' ? { organizationId: ids.organization } : { tenantId: ids.tenant }),
    ...(walker.place === 'customer' && { customerId: ids.customer }),
    ...('permissions' in walker && { permissions: walker.permissions }),
  };
  const { userCreate } = await root.ask(
    'mutation ($input: UserCreateInput!) { userCreate(input: $input) { userId userErrors { message path } } }',
    { input },
  );
  const enter = async () => new Person(app.url, await signIn(app.url, email, PASSWORD));
  const made: Walker = {
    title,
    userId: userCreate.userId,
    person: await enter(),
    async again() {
      await made.person.leave();
      made.person = await enter();
    },
  };
  return made;
}
