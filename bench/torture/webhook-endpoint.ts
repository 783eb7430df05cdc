import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import { hire, type Tenant } from '../support/people.ts';
import type { Balancer } from './balancer.ts';
import { deliveryFaults } from './delivery-faults.ts';
import type { LoggedChange } from './truth.ts';
import { until } from './until.ts';
import type { Conduct } from './verdict.ts';

/** One attempt in so many fails, each in another way than the last one. */
const FAULT_EVERY = 4;
const FAULTS = ['REFUSE', 'REDIRECT', 'HANG', 'BREAK'] as const;
/** Deliveries that wait for a retry are tried again so soon: their own pauses are longer than a run. */
const RETRY_REST_MS = 1_000;
/** The time for everything that waits to arrive, once the endpoint accepts everything. */
const PATIENCE_MS = 60_000;

const CREATE = `mutation ($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { webhookId secret userErrors { message } } }`;
const WAITING = `query ($id: ID!) {
  webhookDeliveries(webhookId: $id, status: PENDING, last: 50) { nodes { id } } }`;
const RETRY = `mutation ($id: ID!, $deliveryId: ID!) {
  webhookReplay(id: $id, deliveryId: $deliveryId) { userErrors { message } } }`;
const DOCUMENT = `subscription { customerChanged { __typename
  ... on CustomerEvent { customer { id version company } } ... on CustomerDeleted { customerId } } }`;

interface Waiting {
  readonly webhookDeliveries: { readonly nodes: readonly { readonly id: string }[] } | null;
}

interface EndpointParts {
  readonly root: Api;
  readonly tenant: Tenant;
  readonly balancer: Balancer;
  readonly dice: Dice;
}

/** The faults of the deliveries, by the log. */
type DeliveryFaults = Pick<Conduct, 'unsent' | 'unordered' | 'unsigned'>;

/** The endpoint of a webhook that follows the customers of a tenant: it fails often, until it is asked to accept everything. */
export class WebhookEndpoint {
  /** The ids of the events that it has accepted, in the order of their first time. */
  readonly #accepted = new Set<string>();
  /** The customers of these events. */
  readonly #customerIds = new Set<string>();
  readonly #parts: EndpointParts;
  readonly #server: Server;
  #webhook = { id: '', secret: '' };
  #api: Api;
  #fails = true;
  #unsigned = 0;
  #hanging: ServerResponse[] = [];
  /** The attempts that failed, and those that were accepted. */
  failed = 0;
  taken = 0;

  private constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#api = parts.root;
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  /** Starts the endpoint and makes its webhook, by a user who writes nothing else. */
  static async open(parts: EndpointParts): Promise<WebhookEndpoint> {
    const { root, tenant } = parts;
    const endpoint = new WebhookEndpoint(parts);
    endpoint.#server.listen(0, '127.0.0.1');
    await once(endpoint.#server, 'listening');
    const { port } = endpoint.#server.address() as AddressInfo;
    const email = `integrator@${tenant.name.toLowerCase()}.test`;
    const place = { tenantId: tenant.id, role: 'TENANT_ADMIN' } as const;
    endpoint.#api = (await hire(root, { ...place, email, name: 'Integrator' })).api;
    const { webhookCreate } = await endpoint.#api.ask<{
      webhookCreate: { webhookId: string; secret: string };
    }>(CREATE, { input: { name: 'Ours', url: `http://127.0.0.1:${port}/`, document: DOCUMENT } });
    endpoint.#webhook = { id: webhookCreate.webhookId, secret: webhookCreate.secret };
    return endpoint;
  }

  /** Has what failed tried again, over and over, until the run is over. */
  async retry(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#retryWaiting();
      await pause(RETRY_REST_MS);
    }
  }

  /**
   * Accepts everything from now on; resolves when the change of the last customer has arrived and nothing before it waits
   * any more, or after a minute.
   */
  async untilServed(lastCustomerId: string): Promise<void> {
    this.#fails = false;
    for (const response of this.#hanging.splice(0)) response.destroy();
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const waiting = await this.#retryWaiting();
      if (waiting === 0 && this.#customerIds.has(lastCustomerId)) return;
      await until(() => false, RETRY_REST_MS);
    }
  }

  /** Compares the accepted events with the log, between the creations of two customers. */
  faultsBy(changes: readonly LoggedChange[], markers: readonly string[]): DeliveryFaults {
    const ours = changes.filter(({ feed }) => feed === this.#parts.tenant.id);
    return { ...deliveryFaults(this.#accepted, ours, markers), unsigned: this.#unsigned };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Returns how many wait; infinitely many if there is no answer. */
  async #retryWaiting(): Promise<number> {
    const { balancer, dice } = this.#parts;
    const { url } = await balancer.pick(dice);
    const api = this.#api.at(url);
    const { id } = this.#webhook;
    const waiting = await api.send<Waiting>(WAITING, { id }, RETRY_REST_MS * 10);
    const nodes = waiting?.data?.webhookDeliveries?.nodes;
    // A node that was killed has retried none of them; the next round does.
    for (const { id: deliveryId } of nodes ?? [])
      await api.send(RETRY, { id, deliveryId }, RETRY_REST_MS * 10);
    return nodes?.length ?? Number.POSITIVE_INFINITY;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // its node was killed in the middle
    }
    const text = Buffer.concat(chunks).toString();
    const headers = request.headers as Record<string, string>;
    const customer = this.#signedCustomer(text, headers);
    if (!customer) this.#unsigned += 1;
    if (this.#fails && this.#parts.dice.between(1, FAULT_EVERY) === 1) {
      this.#fail(response);
      return;
    }
    // The sender repeats a request whose answer it has not read.
    response.writeHead(204).end();
    this.taken += 1;
    this.#accepted.add(`${headers['webhook-id']}`);
    if (customer?.id) this.#customerIds.add(customer.id);
  }

  /** The customer in a request; null if it is not signed, or is of another tenant. */
  #signedCustomer(text: string, headers: Record<string, string>): { readonly id?: string } | null {
    try {
      new Webhook(this.#webhook.secret).verify(text, headers);
    } catch {
      return null;
    }
    const customer = JSON.parse(text).data?.customerChanged?.customer;
    const isForeign = customer && !customer.company.startsWith(this.#parts.tenant.name);
    return isForeign ? null : (customer ?? {});
  }

  #fail(response: ServerResponse): void {
    const fault = FAULTS[this.failed % FAULTS.length];
    this.failed += 1;
    if (fault === 'REFUSE') response.writeHead(500).end();
    else if (fault === 'REDIRECT') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (fault === 'HANG') this.#hanging.push(response);
    else response.destroy();
  }
}
