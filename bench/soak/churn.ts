import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Api } from '../support/api.ts';
import { foundTenant, hire, type Tenant } from '../support/people.ts';
import type { ServerProcess } from '../support/server-process.ts';

/** The number of times that each thing was done. */
export type Done = Record<
  'sockets' | 'writes' | 'tenants' | 'rights' | 'jobs' | 'incidents' | 'refusals',
  number
>;

const FOLLOWED = [
  'subscription { changes { __typename } }',
  'subscription { customerChanged(snapshot: true) { __typename } }',
  'subscription { presenceChanged { changes { userId status } } }',
  'subscription { unreadCountChanged { unreadCount } }',
  'subscription { connectionStatsChanged { total } }',
];
/** The sockets that are open together, for each node. */
const SOCKETS = 20;
/** A socket stays open for up to so long. */
const STAY_MS = 2_000;

const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $name: String!) {
  customerUpdate(id: $id, input: { contactName: $name }) { userErrors { message } } }`;
const DELETE = 'mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }';
const ROLE =
  'mutation ($id: ID!, $role: Role!) { userRoleSet(id: $id, role: $role) { userErrors { message } } }';
const STATUS =
  'mutation ($id: ID!, $status: UserStatus!) { userStatusSet(id: $id, status: $status) { userErrors { message } } }';
const JOB = `mutation ($tenantId: ID!, $add: [String!], $remove: [String!]) {
  usersAttributesUpdate(tenantId: $tenantId, filter: { name: { contains: "of Soak" } }, add: $add, remove: $remove) { bulkJobId userErrors { message } } }`;
const AWAY =
  'mutation ($isAway: Boolean!) { presenceSet(input: { isAway: $isAway }) { userErrors { message } } }';
const SERVICE = `mutation ($name: String!) {
  serviceCreate(input: { name: $name }) { serviceId userErrors { message } } }`;
const INCIDENT = `mutation ($input: IncidentOpenInput!) {
  incidentOpen(input: $input) { incidentId userErrors { message } } }`;
const RESOLVE = `mutation ($id: ID!) {
  incidentResolve(id: $id, input: { message: "Done." }) { userErrors { message } } }`;
const REMOVE_TENANT = 'mutation ($id: ID!) { tenantDelete(id: $id) { userErrors { message } } }';

/** Lets clients come and go, tenants, rights and jobs change on the nodes of an installation. */
export class Churn {
  readonly done: Done = { sockets: 0, writes: 0, tenants: 0, rights: 0, jobs: 0, incidents: 0, refusals: 0 };
  readonly #nodes: readonly ServerProcess[];
  readonly #root: Api;
  readonly #home: Tenant;
  readonly #serviceId: string;
  #number = 0;

  private constructor(nodes: readonly ServerProcess[], root: Api, home: Tenant, serviceId: string) {
    this.#nodes = nodes;
    this.#root = root;
    this.#home = home;
    this.#serviceId = serviceId;
  }

  /** Founds the tenant in which most of it happens. */
  static async prepare(nodes: readonly ServerProcess[], root: Api): Promise<Churn> {
    const home = await foundTenant(root, 'Soak');
    const { serviceCreate } = await home.staff.TENANT_ADMIN.ask<{ serviceCreate: { serviceId: string } }>(
      SERVICE,
      {
        name: 'Lift',
      },
    );
    return new Churn(nodes, root, home, serviceCreate.serviceId);
  }

  /** Lets them come and go for a time. When it is done, no client is left. */
  async during(ms: number): Promise<void> {
    const until = performance.now() + ms;
    const again = async (work: () => Promise<void>): Promise<void> => {
      while (performance.now() < until) {
        await work().catch((error: Error) => this.#refused(error));
      }
    };
    await Promise.all([
      ...this.#nodes.flatMap((node) =>
        Array.from({ length: SOCKETS }, () => again(() => this.#socket(node))),
      ),
      again(() => this.#write()),
      again(() => this.#rights()),
      again(() => this.#tenant()),
      again(() => this.#job()),
      again(() => this.#incident()),
    ]);
  }

  /** A node that is too busy refuses, and the client tries something else. Any other refusal is a fault of the soak. */
  #refused(error: Error): void {
    if (!error.message.includes('"TRY_AGAIN"')) throw error;
    this.done.refusals += 1;
  }

  /** A client follows something for a while, and leaves in order or vanishes. */
  async #socket({ url }: ServerProcess): Promise<void> {
    const { staff } = this.#home;
    const who = pick([staff.TENANT_ADMIN, staff.SUPPORT, staff.CSR, this.#root]);
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: who.authorization,
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => {},
    });
    let isConnected = false;
    client.on('connected', () => {
      isConnected = true;
    });
    for (const query of [pick(FOLLOWED), pick(FOLLOWED)])
      client.subscribe({ query }, { next: () => {}, error: () => {}, complete: () => {} });
    await pause(Math.random() * STAY_MS);
    if (isConnected && Math.random() < 0.3) client.terminate();
    await client.dispose();
    this.done.sockets += 1;
  }

  async #write(): Promise<void> {
    const api = this.#somewhere(this.#home.staff.TENANT_ADMIN);
    const number = this.#next();
    const input = { tenantId: this.#home.id, company: `C${number}`, contactName: 'A', email: 'a@soak.test' };
    const { customerCreate } = await api.ask<{ customerCreate: { customer: { id: string } } }>(CREATE, {
      input,
    });
    const { id } = customerCreate.customer;
    await api.ask(UPDATE, { id, name: 'B' });
    await api.ask(AWAY, { isAway: number % 2 === 0 });
    await api.ask(DELETE, { id });
    this.done.writes += 4;
    // A document that is refused, so that what is made for it is given back, too.
    await api.send('{ nothing }');
    this.done.refusals += 1;
  }

  /** A user is hired, is given another role and is shut out. */
  async #rights(): Promise<void> {
    const email = `u${this.#next()}@soak.test`;
    const hiring = { tenantId: this.#home.id, role: 'SUPPORT', email, name: 'Somebody' } as const;
    const { userId } = await hire(this.#root, hiring);
    await this.#root.ask(ROLE, { id: userId, role: 'CSR' });
    await this.#root.ask(STATUS, { id: userId, status: 'LOCKED' });
    await this.#root.ask('mutation ($id: ID!) { userDelete(id: $id) { userErrors { message } } }', {
      id: userId,
    });
    this.done.rights += 1;
  }

  /** A tenant comes and goes. One with users cannot go, so it has none. */
  async #tenant(): Promise<void> {
    const slug = `t${this.#next()}-soak`;
    const { organizationCreate } = await this.#root.ask<{
      organizationCreate: { organization: { id: string } };
    }>(
      `mutation ($input: OrganizationCreateInput!) {
        organizationCreate(input: $input) { organization { id } userErrors { message } } }`,
      { input: { name: slug, slug } },
    );
    const organizationId = organizationCreate.organization.id;
    const { tenantCreate } = await this.#root.ask<{ tenantCreate: { tenant: { id: string } } }>(
      'mutation ($input: TenantCreateInput!) { tenantCreate(input: $input) { tenant { id } userErrors { message } } }',
      { input: { organizationId, name: slug, slug } },
    );
    await this.#root.ask(REMOVE_TENANT, { id: tenantCreate.tenant.id });
    this.done.tenants += 1;
    await pause(200);
  }

  async #job(): Promise<void> {
    const api = this.#somewhere(this.#home.staff.TENANT_ADMIN);
    const change = this.#next() % 2 === 0 ? { add: ['soaked'] } : { remove: ['soaked'] };
    await api.ask(JOB, { tenantId: this.#home.id, ...change });
    this.done.jobs += 1;
    await pause(500);
  }

  /** An incident is opened and resolved: people are notified. */
  async #incident(): Promise<void> {
    const api = this.#somewhere(this.#home.staff.TENANT_ADMIN);
    const services = [{ serviceId: this.#serviceId, status: 'MAJOR_OUTAGE' }];
    const input = { title: 'Lift stuck', impact: 'MAJOR', services, message: 'We look into it.' };
    const { incidentOpen } = await api.ask<{ incidentOpen: { incidentId: string } }>(INCIDENT, { input });
    await api.ask(RESOLVE, { id: incidentOpen.incidentId });
    this.done.incidents += 1;
    await pause(500);
  }

  #somewhere(api: Api): Api {
    return api.at(pick(this.#nodes).url);
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}
