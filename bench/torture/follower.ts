import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import type { Tenant } from '../support/people.ts';
import type { ServerProcess } from '../support/server-process.ts';
import type { OpenStream, Stream, StreamResult } from '../support/stream.ts';
import type { Balancer } from './balancer.ts';
import { SELECTION, type SeenCustomer, takeSnapshot } from './customers.ts';
import { until } from './until.ts';

const CUSTOMER_CHANGED = `subscription ($tenantId: ID!, $after: Cursor) {
  customerChanged(tenantId: $tenantId, after: $after) {
    __typename
    ... on ChangeEvent { eventId }
    ... on CustomerCreated { customer { ${SELECTION} } }
    ... on CustomerUpdated { customer { ${SELECTION} } }
    ... on CustomerDeleted { customerId }
  }
}`;

interface Item {
  readonly __typename: string;
  readonly eventId?: string;
  readonly customer?: SeenCustomer;
  readonly customerId?: string;
}

/** An event as it arrived. */
export interface Received {
  /** The number of the client's connection that it arrived by, from 1. */
  readonly connection: number;
  readonly type: string;
  readonly eventId: string;
  /** Null for a deletion. */
  readonly customer: SeenCustomer | null;
}

/** A socket that the node closed, or that broke. */
export interface Closing {
  readonly code: number;
  /** Whether the node had received a signal to stop. */
  readonly isOfStopping: boolean;
}

export interface FollowerParts {
  readonly name: string;
  readonly api: Api;
  readonly tenant: Tenant;
  readonly mayReadNotes: boolean;
  /** The id of its user, if the permission to read notes is withdrawn during the run. */
  readonly withdrawnFrom?: string;
  readonly open: OpenStream;
  readonly balancer: Balancer;
  readonly dice: Dice;
}

const MAX_AWAY_MS = 1_000;

/**
 * A client that keeps a list: it queries once, folds every event into that, and when it is cut off, it continues after
 * the last cursor it has seen. It never queries again.
 */
export class Follower {
  readonly parts: FollowerParts;
  readonly received: Received[] = [];
  /** The number of events from each node. */
  readonly receivedFrom = new Map<ServerProcess, number>();
  readonly customers = new Map<string, SeenCustomer>();
  /** The ends of its sockets, except those that were cut or had received nothing yet. */
  readonly closings: Closing[] = [];
  connections = 0;
  /** The number of times that it could not continue at its position. */
  resets = 0;
  /** The node that it is connected to, once an event has arrived from there. */
  node: ServerProcess | null = null;
  #cursor = '';
  #stream: Stream | null = null;
  #isDone = false;
  #awaited: { customerId: string; arrived: () => void } | null = null;

  constructor(parts: FollowerParts) {
    this.parts = parts;
  }

  /** Takes the list that all events are folded into. */
  async takeSnapshot(): Promise<void> {
    const { cursor, customers } = await takeSnapshot(this.parts.api, this.parts.tenant.id);
    this.#cursor = cursor;
    for (const customer of customers) this.customers.set(customer.id, customer);
  }

  /** Stays subscribed, through every cut, until `leave` is called. */
  async follow(): Promise<void> {
    const { balancer, dice } = this.parts;
    while (!this.#isDone) {
      const node = await balancer.pick(dice);
      if (this.#isDone) return;
      await this.#followAt(node);
      if (!this.#isDone) await pause(dice.between(0, MAX_AWAY_MS));
    }
  }

  /** Breaks its connection, if it has one. */
  cut(): boolean {
    const stream = this.#stream;
    this.#stream = null;
    stream?.cut();
    return stream !== null;
  }

  /** Resolves when a customer has arrived, or after `patienceMs`. */
  async arrival(customerId: string, patienceMs: number): Promise<void> {
    if (this.received.some(({ customer }) => customer?.id === customerId)) return;
    const givenUp = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      this.#awaited = { customerId, arrived: resolve };
    });
    await Promise.race([arrived, pause(patienceMs, undefined, { signal: givenUp.signal }).catch(() => {})]);
    givenUp.abort();
  }

  /** Resolves when so many more events have arrived, or after `patienceMs`. */
  receives(events: number, patienceMs: number): Promise<void> {
    const enough = this.received.length + events;
    return until(() => this.received.length >= enough, patienceMs);
  }

  /** Ends the subscription. */
  leave(): void {
    this.#isDone = true;
    this.cut();
  }

  async #followAt(node: ServerProcess): Promise<void> {
    const { open, api, tenant } = this.parts;
    const { url, life } = node;
    this.connections += 1;
    const connection = this.connections;
    const stream = open<{ customerChanged: Item }>(
      {
        url,
        token: api.token,
        query: CUSTOMER_CHANGED,
        variables: { tenantId: tenant.id },
        cursor: this.#cursor,
      },
      (result) => {
        // The client never took what arrives after a cut, so that is not lost either.
        if (this.#stream !== stream) return;
        this.node = node;
        this.#take(result, connection, node);
      },
    );
    this.#stream = stream;
    const code = await stream.ended;
    const isOfStopping = life.signal === 'SIGTERM';
    if (code !== null && this.#stream && this.node) this.closings.push({ code, isOfStopping });
    this.#stream = null;
    this.node = null;
  }

  #take(
    { data, extensions }: StreamResult<{ customerChanged: Item }>,
    connection: number,
    node: ServerProcess,
  ): void {
    const item = data?.customerChanged;
    if (!item) return; // the server ended the stream and gives the reason; the client resumes
    if (extensions?.cursor) this.#cursor = extensions.cursor;
    if (item.__typename === 'FeedReset') this.resets += 1;
    if (!item.eventId) return;
    const customer = item.customer ?? null;
    this.receivedFrom.set(node, (this.receivedFrom.get(node) ?? 0) + 1);
    this.received.push({ connection, type: item.__typename, eventId: item.eventId, customer });
    if (item.customerId) this.customers.delete(item.customerId);
    if (!customer) return;
    this.#fold(customer);
    if (this.#awaited?.customerId === customer.id) this.#awaited.arrived();
  }

  /** The snapshot may be later than the first events, never earlier. */
  #fold(customer: SeenCustomer): void {
    const known = this.customers.get(customer.id);
    if (!known || known.version < customer.version) this.customers.set(customer.id, customer);
  }
}
