import type { Log } from '../../src/core/process/log.ts';
import type { Sharing } from '../../src/server.ts';
import { aNodeBeside, anApp, type Home, PLATFORM_ADMIN, type TestApp } from './app.ts';
import { Person } from './person.ts';

/** The password of every user in it. */
export const TEST_PASSWORD = 'a-good-test-password';

/** A tenant of a test, with ways to add users and customers. */
export interface TestTenant {
  readonly id: string;
  readonly organizationId: string;
}

/** A user of a test, signed in. */
export interface TestUser extends Person {
  readonly userId: string;
  readonly email: string;
}

/** A running server with its first administrator signed in. Most suites begin with one. */
export class Installation {
  readonly app: TestApp;
  readonly root: Person;
  readonly #people: Person[] = [];
  readonly #nodes: TestApp[] = [];

  private constructor(app: TestApp, root: Person) {
    this.app = app;
    this.root = root;
  }

  /** Starts a server; `settings` are environment variables. */
  static async start(
    settings: Record<string, string> = {},
    log?: Log,
    sharing?: Sharing,
  ): Promise<Installation> {
    return Installation.#of(await anApp(settings, log, sharing));
  }

  /** Starts a server on a database that was in use before. */
  static async startIn(home: Home, settings: Record<string, string> = {}): Promise<Installation> {
    return Installation.#of(await anApp(settings, undefined, undefined, home));
  }

  static async #of(app: TestApp): Promise<Installation> {
    const token = await signIn(app.url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password);
    return new Installation(app, new Person(app.url, token));
  }

  /** Stops all servers and clients of the suite. */
  async stop(): Promise<void> {
    await Promise.all([this.root, ...this.#people].map((person) => person.leave()));
    await Promise.all(this.#nodes.map((node) => node.stop()));
    await this.app.stop();
  }

  /** Starts one more server on the same database. */
  async anotherNode(settings: Record<string, string> = {}, sharing?: Sharing, log?: Log): Promise<TestApp> {
    const node = await aNodeBeside(this.app, settings, sharing, log);
    this.#nodes.push(node);
    return node;
  }

  /** A client that has not signed in. */
  stranger(): Person {
    return new Person(this.app.url, null);
  }

  /** Creates an organization and a tenant in it. */
  async aTenant(name = 'Acme'): Promise<TestTenant> {
    const slug = `${name.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}`;
    const { organizationCreate } = await this.root.ask(
      'mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { organization { id } userErrors { message } } }',
      { input: { name, slug } },
    );
    const organizationId = organizationCreate.organization.id;
    return { organizationId, id: await this.anotherTenant(organizationId, name) };
  }

  /** Creates one more tenant of an organization. */
  async anotherTenant(organizationId: string, name = 'Annex'): Promise<string> {
    const slug = `${name.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}`;
    const { tenantCreate } = await this.root.ask(
      'mutation ($input: TenantCreateInput!) { tenantCreate(input: $input) { tenant { id } userErrors { message } } }',
      { input: { organizationId, name, slug } },
    );
    return tenantCreate.tenant.id;
  }

  /** Creates a user of a role and signs it in. Members of a customer need `customerId`. */
  async aUser(
    role: string,
    place: { tenantId?: string; organizationId?: string; customerId?: string },
  ): Promise<TestUser> {
    const email = `${role.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}@lockstep.test`;
    const { userCreate } = await this.root.ask(
      'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message path } } }',
      { input: { ...place, role, email, name: `A ${role}`, password: TEST_PASSWORD } },
    );
    const person = new Person(this.app.url, await signIn(this.app.url, email, TEST_PASSWORD));
    this.#people.push(person);
    return Object.assign(person, { userId: userCreate.user.id, email });
  }

  /** Creates a customer of a tenant. */
  async aCustomer(tenantId: string, company = 'Alder Homes'): Promise<string> {
    const { customerCreate } = await this.root.ask(
      'mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { customer { id } userErrors { message path } } }',
      { input: { tenantId, company, contactName: 'Ada Alder', email: 'ada@alder.test' } },
    );
    return customerCreate.customer.id;
  }
}

/** Signs in with e-mail and password, and gives the access token. */
export async function signIn(url: string, email: string, password: string): Promise<string> {
  const { signIn: payload } = await new Person(url, null).ask(
    'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { code message path } } }',
    { input: { email, password } },
  );
  return payload.accessToken;
}
