import type { Role } from '../../src/generated/prisma/enums.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import { untilJobsHaveEnded } from './ended-jobs.ts';
import { type Installation, signIn } from './installation.ts';
import { aMadeWorld } from './made-world.ts';
import { Person } from './person.ts';
import type { Place, RowSample } from './room-sample.ts';
import { makeRows, placeOf } from './sample-rows.ts';
import { rowSamples } from './samples.ts';
import type { Ids } from './schema-values.ts';

const PASSWORD = "a walker's own password";

/** A user of the tenant globex that can sign in again after a mutation has signed it out. */
export interface Walker {
  readonly title: string;
  readonly userId: string;
  person: Person;
  again(): Promise<void>;
}

/** A tenant in an organization of its own, with a row of every type. All its texts carry its canary. */
export interface Populated {
  readonly canary: string;
  readonly place: Place;
  /** The ids that an attack on this tenant names. */
  readonly ids: Ids;
  /** The ids of all its rows, to find the texts that contain one. */
  readonly rowIds: readonly string[];
  /** The position of its feed before all rows but the tenant were made. */
  readonly oldest: string;
}

// A user can grant only permissions that it holds, and only a PLATFORM_ADMIN holds this many.
const GRANTABLE = grantedPermissions.of('PLATFORM_ADMIN');

/** The role, the place and the permissions, beside those of the role, of a walker. */
export interface WalkerSpec {
  readonly role: Role;
  readonly place: 'tenant' | 'customer' | 'organization';
  readonly permissions?: readonly string[];
}

// The wall must also hold for users with more permissions than those of their role.
export const WALKERS: readonly WalkerSpec[] = [
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
];

export const WALKER_TITLES = WALKERS.map((one) => titleOf(one));

/** Names a walker by its role. */
function titleOf({ role, permissions }: WalkerSpec): string {
  if (!permissions) return role;
  return `${role} with ${permissions === GRANTABLE ? 'every permission' : permissions.join(', ')}`;
}

// The walk asks for all fields together, so the limits on the size of a question are lifted.
export const WIDE = {
  MAX_TOKENS: '2000',
  MAX_DEPTH: '20',
  MAX_NODES: '1000000',
  MAX_STATEMENTS: '1000000',
  MAX_ANSWER_BYTES: '67108864',
  MAX_ALIASES: '1000',
  WS_MAX_UNSENT_BYTES: '67108864',
  WS_MAX_OPERATIONS: '10000',
  WS_MESSAGE_BURST: '10000',
};

/** A tenant as it was made, without what a test file makes of it. */
type Made = Omit<Populated, 'place'>;

/** A walker as it was made. */
type MadeWalker = Pick<Walker, 'title' | 'userId'> & { readonly email: string };

/** Starts a server with a row of every type, made once for all test files of a run: see `aMadeWorld`. */
export async function aSampledTenant(
  settings?: Readonly<Record<string, string>>,
): Promise<{ readonly installation: Installation; readonly tenant: Populated }> {
  const { installation, made } = await theMade(settings);
  // The rows of the platform are made with those of the first tenant, and some belong to it alone.
  return { installation, tenant: withPlace(made.acme) };
}

function theMade(settings?: Readonly<Record<string, string>>) {
  return aMadeWorld('two_tenants', makeTwoTenants, settings);
}

async function makeTwoTenants(installation: Installation) {
  const acme = await populate(installation, 'acme');
  const globex = await populate(installation, 'globex');
  const walkers: MadeWalker[] = [];
  for (const one of WALKERS) walkers.push(await makeWalker(installation, globex.ids, one));
  return { acme, globex, walkers };
}

/** Two tenants on one server that must not learn of each other: globex attacks acme. */
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
    const { installation, made } = await theMade(WIDE);
    const walkers = await Promise.all(made.walkers.map((walker) => signedIn(installation, walker)));
    return new TwoTenants(installation, withPlace(made.acme), withPlace(made.globex), walkers);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.walkers.values()].map(({ person }) => person.leave()));
    await this.installation.stop();
  }
}

function withPlace(made: Made): Populated {
  return { ...made, place: placeOf(made.ids, made.canary) };
}

async function populate({ root }: Installation, name: string): Promise<Made> {
  const ids: Record<string, string> = {};
  const place = placeOf(ids, `canary-of-${name}-${crypto.randomUUID().slice(0, 8)}`);
  const isAround = ({ type }: RowSample) => type === 'Organization' || type === 'Tenant';
  const around = await makeRows(root, ids, place, undefined, rowSamples.filter(isAround));
  const oldest = await root.now(ids.Tenant);
  const others = rowSamples.filter((sample) => !isAround(sample));
  const rowIds = [...around, ...(await makeRows(root, ids, place, undefined, others))];
  // A job that has ended changes nothing later on.
  await untilJobsHaveEnded(root, ids.Tenant);
  const cursor = await root.now(ids.Tenant);
  return { canary: place.canary, ids: { ...ids, cursor }, rowIds, oldest };
}

/** Creates a user of the place that `ids` name, and signs it in. */
export async function aWalker(installation: Installation, ids: Ids, walker: WalkerSpec): Promise<Walker> {
  return signedIn(installation, await makeWalker(installation, ids, walker));
}

async function makeWalker({ root }: Installation, ids: Ids, walker: WalkerSpec): Promise<MadeWalker> {
  const title = titleOf(walker);
  const email = `${crypto.randomUUID()}@globex.test`;
  const input = {
    name: title,
    email,
    role: walker.role,
    password: PASSWORD,
    ...(walker.place === 'organization' ? { organizationId: ids.Organization } : { tenantId: ids.Tenant }),
    ...(walker.place === 'customer' && { customerId: ids.Customer }),
    ...(walker.permissions && { permissions: walker.permissions }),
  };
  const { userCreate } = await root.ask(
    'mutation ($input: UserCreateInput!) { userCreate(input: $input) { userId userErrors { message path } } }',
    { input },
  );
  return { title, email, userId: userCreate.userId };
}

async function signedIn({ app }: Installation, { title, email, userId }: MadeWalker): Promise<Walker> {
  const enter = async () => new Person(app.url, await signIn(app.url, email, PASSWORD));
  const made: Walker = {
    title,
    userId,
    person: await enter(),
    async again() {
      await made.person.leave();
      made.person = await enter();
    },
  };
  return made;
}

/** Signs a walker in again if a mutation has signed it out. */
export async function signInAgain(walker: Walker): Promise<void> {
  const { data } = await walker.person.run('{ viewer { id } }');
  if (!data?.viewer) await walker.again();
}
