import { PLATFORM_FEED } from '../../src/core/feeds/feed.ts';
import type { PrismaClient, User } from '../../src/generated/prisma/client.ts';
import { canaries } from './canaries.ts';
import { type Installation, signIn } from './installation.ts';
import type { Person } from './person.ts';
import type { Place } from './room-sample.ts';
import { makeRows, placeOf } from './sample-rows.ts';
import { rowSamples } from './samples.ts';

const PASSWORD = 'a-crowd-test-password';

/** A user of the crowd, with the role and rights that it has before any write. */
export interface Somebody {
  readonly key: string;
  readonly userId: string;
  readonly email: string;
  readonly role: string;
  readonly customerId: string | null;
  /** The permissions beside those of its role: users of one role do not all have the same. */
  readonly permissions: readonly string[];
  /** The feed of its own level. */
  readonly homeFeed: string;
  /** The tenants that this viewer follows: its own, or any tenant if it is above tenants. */
  readonly tenantIds: readonly string[];
  token: string;
}

/** One tenant with rows that every reader's documents can find. */
export interface CrowdedTenant {
  readonly id: string;
  readonly name: string;
  readonly customerIds: readonly string[];
  /** One place for each customer, with rows that stay. */
  readonly places: readonly Place[];
  /** Rows that writes may change and delete again, by type. */
  readonly spare: Map<string, string[]>;
}

const STAFF = ['TENANT_ADMIN', 'SUPPORT', 'CSR'].flatMap((role) => [role, role, role]);
const SPECIALISTS = [
  { role: 'SUPPORT', permissions: ['permissions:read', 'prices:read'] },
  { role: 'CSR', permissions: ['notes:read', 'users:read'] },
];
/** The permissions with which a member reads the audit log. */
const AUDITOR = ['audit:read', 'diffs:read'];
const MEMBERS = ['OWNER', 'OWNER', 'MANAGER', 'MANAGER', 'RESIDENT', 'RESIDENT'];

/** Two tenants of one organization with users of every role, and the users above them. */
export class Crowd {
  readonly tenants: readonly CrowdedTenant[];
  readonly people: readonly Somebody[];
  readonly root: Person;
  readonly #url: string;
  readonly #prisma: PrismaClient;

  private constructor(
    { root, app }: Installation,
    prisma: PrismaClient,
    parts: Pick<Crowd, 'tenants' | 'people'>,
  ) {
    this.root = root;
    this.#url = app.url;
    this.#prisma = prisma;
    this.tenants = parts.tenants;
    this.people = parts.people;
  }

  /** Creates the crowd in an empty installation. */
  static async gather(installation: Installation, prisma: PrismaClient): Promise<Crowd> {
    const { root } = installation;
    const first = await installation.aTenant('tenant-0');
    const second = await installation.anotherTenant(first.organizationId, 'tenant-1');
    const tenants = await Promise.all([first.id, second].map((id, index) => crowdedTenant(root, id, index)));
    const tenantIds = tenants.map(({ id }) => id);
    const above = ['ORGANIZATION_ADMIN', 'ORGANIZATION_ADMIN', 'PLATFORM_ADMIN', 'PLATFORM_SUPPORT'];
    const places: Position[] = [
      ...above.map((role) => ({
        role,
        place: role === 'ORGANIZATION_ADMIN' ? { organizationId: first.organizationId } : {},
        tenantIds,
      })),
      ...tenants.flatMap(({ id, customerIds }) => [
        ...STAFF.map((role) => ({ role, place: { tenantId: id }, tenantIds: [id] })),
        ...SPECIALISTS.map((one) => ({ ...one, place: { tenantId: id }, tenantIds: [id] })),
        ...MEMBERS.map((role, index) => ({
          role,
          // The last tenant's last member belongs to another customer.
          place: { tenantId: id, customerId: customerIds[index === MEMBERS.length - 1 ? 1 : 0] },
          tenantIds: [id],
        })),
        {
          role: 'OWNER',
          permissions: AUDITOR,
          place: { tenantId: id, customerId: customerIds[0] },
          tenantIds: [id],
        },
      ]),
    ];
    const people: Somebody[] = [];
    await Promise.all(
      tenantIds.map(async (tenantId) => {
        for (const [index, place] of places.entries()) {
          if (place.tenantIds[0] === tenantId) people.push(await somebody(installation, `${index}`, place));
        }
      }),
    );
    people.sort((a, b) => Number(a.key) - Number(b.key));
    return new Crowd(installation, prisma, { tenants, people });
  }

  /** Gives every user its first role and rights again, and signs in the users whose sessions ended meanwhile. */
  async restore(): Promise<void> {
    const rows = await this.#prisma.user.findMany({
      where: { id: { in: this.people.map(({ userId }) => userId) } },
    });
    for (const person of this.people) {
      const row = rows.find(({ id }) => id === person.userId);
      if (row) await this.#restore(person, row);
    }
  }

  async #restore(person: Somebody, row: User): Promise<void> {
    const { userId: id, role, customerId, permissions } = person;
    if (row.role !== role || row.customerId !== customerId) {
      await this.root.ask(
        'mutation ($id: ID!, $role: Role!, $customerId: ID) { userRoleSet(id: $id, role: $role, customerId: $customerId) { userErrors { message } } }',
        { id, role, customerId },
      );
    }
    if (!row.isActive || row.permissions.join() !== permissions.join()) {
      await this.root.ask(
        'mutation ($id: ID!, $permissions: [String!]) { userUpdate(id: $id, input: { isActive: true, permissions: $permissions }) { userErrors { message } } }',
        { id, permissions },
      );
    }
    if (row.status !== 'ACTIVE') {
      await this.root.ask(
        'mutation ($id: ID!) { userStatusSet(id: $id, status: ACTIVE) { userErrors { message } } }',
        { id },
      );
    }
    if (!row.isActive || row.status === 'LOCKED') {
      person.token = await signIn(this.#url, person.email, PASSWORD);
    }
  }
}

/**
 * The rows of a crowd besides the tenants and users that it creates, what needs users, and jobs, which end at any time.
 */
const LEFT_OUT = ['Organization', 'Tenant', 'TenantErasure', 'User', 'TeamMember', 'Broadcast', 'BulkJob'];
const ROWS = rowSamples.filter(({ type }) => !LEFT_OUT.includes(type));

async function crowdedTenant(root: Person, id: string, index: number): Promise<CrowdedTenant> {
  const name = `tenant-${index}`;
  const places = await Promise.all(
    [0, 1].map(async (number) => {
      const ids: Record<string, string> = { Tenant: id };
      const place = placeOf(ids, canaries.tenant(id), canaries.customer(`${name}-${number}`));
      await makeRows(root, ids, place, undefined, ROWS);
      return place;
    }),
  );
  const customerIds = places.map(({ ids }) => String(ids.Customer));
  return { id, name, customerIds, places, spare: new Map() };
}

interface Position {
  readonly role: string;
  readonly permissions?: readonly string[];
  readonly place: {
    readonly tenantId?: string;
    readonly organizationId?: string;
    readonly customerId?: string | undefined;
  };
  readonly tenantIds: readonly string[];
}

async function somebody(
  { root, app }: Installation,
  key: string,
  { role, permissions = [], place, tenantIds }: Position,
): Promise<Somebody> {
  const email = `${canaries.user(key)}@lockstep.test`;
  const { userCreate } = await root.ask(
    'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message path } } }',
    {
      input: {
        ...place,
        role,
        email,
        name: canaries.user(key),
        attributes: [canaries.attribute(key)],
        permissions,
        password: PASSWORD,
      },
    },
  );
  const token = await signIn(app.url, email, PASSWORD);
  const { tenantId, organizationId, customerId = null } = place;
  const homeFeed = tenantId ?? organizationId ?? PLATFORM_FEED;
  return {
    key,
    userId: userCreate.user.id,
    email,
    role,
    customerId,
    permissions,
    homeFeed,
    tenantIds,
    token,
  };
}
