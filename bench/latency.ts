import { setTimeout as pause } from 'node:timers/promises';
import { Transactions } from '../src/changes/transactions.ts';
import { systemActor } from '../src/core/rows/actor.ts';
import type { Transact } from '../src/core/rows/transact.ts';
import { customerEntity } from '../src/modules/customers/customers.changes.ts';
import { atMost, type Findings } from './findings.ts';
import { Dice } from './support/dice.ts';
import { type Spread, spreadOf } from './support/figures.ts';
import { foundTenant, signInAsRoot, type Tenant } from './support/people.ts';
import { onSite, type Site } from './support/site.ts';
import { openSocketStream } from './support/socket-stream.ts';
import type { Stream } from './support/stream.ts';
import { toTable } from './support/table.ts';
import { watchCommits } from './support/watch-commits.ts';
import { openWritingNode, type WritingNode } from './support/write-parts.ts';

const OVER_COMMIT = 'COMMIT on another node → event';
const BY_POLL = '  the same without Redis';

/** The two ends of a measurement, and its durations in milliseconds. */
interface Latency {
  readonly what: string;
  readonly spread: Spread;
}

const SAMPLES = 500;
const WARM_UP = 100;
/** The database is polled once a second, so each takes half a second on average. */
const SAMPLES_BY_POLL = 40;
const REST_MS = 10;
/** The default of the setting. */
const POLL_INTERVAL_MS = 1_000;
const PATIENCE_MS = 10_000;

const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } cursor userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $contactName: String!) {
  customerUpdate(id: $id, input: { contactName: $contactName }) { cursor userErrors { message } } }`;
const UPDATED =
  'subscription ($after: Cursor) { customerUpdated(after: $after) { customer { contactName } } }';

/** Measures latency under light load, on the embedded database and on servers of its own. */
export async function measureLatencies(): Promise<Findings> {
  const embedded = await onSite(true, measureLatency);
  const backed = await onSite(false, measureLatency);
  const p99 = (of: string): number => backed.find(({ what }) => what === of)?.spread.p99 ?? Number.NaN;
  return {
    goals: [
      atMost(20, 'ms', { row: 8, what: 'COMMIT → receive, p99, light load', measured: p99(OVER_COMMIT) }),
      atMost(POLL_INTERVAL_MS + 200, 'ms', {
        row: 8,
        what: 'COMMIT → receive, p99, without Redis',
        measured: p99(BY_POLL),
      }),
    ],
    tables: [latencyTable('embedded database', embedded), latencyTable('PostgreSQL and Redis', backed)],
    figures: { embedded, backed },
  };
}

function latencyTable(where: string, latencies: readonly Latency[]): string {
  const lines = latencies.map(
    ({ what, spread: { count, p50, p99, max } }) =>
      [what, count, p50.toFixed(1), p99.toFixed(1), max.toFixed(1)] as const,
  );
  return toTable([[`${where}, ms`, 'events', 'p50', 'p99', 'max'], ...lines]);
}

/**
 * Measures, on a server without other load, the time that a change takes to a client on a WebSocket. One change
 * is under way at a time; the writer and the client are this process, so one clock measures both ends.
 */
async function measureLatency({ server, settings, backing }: Site): Promise<Latency[]> {
  await server.start();
  const tenant = await foundTenant(await signInAsRoot(server.url), 'Acme');
  const customer = await createCustomer(tenant);
  const ear = new Ear(tenant, customer.cursor);
  try {
    const latencies = await overHttp(tenant, customer.id, ear);
    if (!backing) return latencies;
    const node = await openWritingNode(settings);
    try {
      latencies.push(await fromCommit(OVER_COMMIT, node, customer.id, ear, SAMPLES));
      await backing.wire.refuse(true);
      backing.wire.cut();
      latencies.push(await fromCommit(BY_POLL, node, customer.id, ear, SAMPLES_BY_POLL));
    } finally {
      await node.close();
    }
    return latencies;
  } finally {
    ear.close();
  }
}

async function createCustomer({ staff }: Tenant): Promise<{ id: string; cursor: string }> {
  const input = { company: 'Alder Homes', contactName: 'Ada', email: 'ada@alder.test' };
  const { customerCreate } = await staff.TENANT_ADMIN.ask<{
    customerCreate: { customer: { id: string }; cursor: string };
  }>(CREATE, { input });
  return { id: customerCreate.customer.id, cursor: customerCreate.cursor };
}

async function overHttp({ staff }: Tenant, id: string, ear: Ear): Promise<Latency[]> {
  const [fromSending, fromAnswer, untilAnswer]: number[][] = [[], [], []];
  for (let sample = -WARM_UP; sample < SAMPLES; sample += 1) {
    const contactName = `http ${sample}`;
    const heard = ear.hears(contactName);
    const sentAt = performance.now();
    await staff.TENANT_ADMIN.ask(UPDATE, { id, contactName });
    const answeredAt = performance.now();
    const heardAt = await heard;
    if (sample >= 0) {
      fromSending?.push(heardAt - sentAt);
      fromAnswer?.push(heardAt - answeredAt);
      untilAnswer?.push(answeredAt - sentAt);
    }
    await pause(REST_MS);
  }
  return [
    { what: 'mutation sent → its answer', spread: spreadOf(untilAnswer ?? []) },
    { what: 'mutation sent → event', spread: spreadOf(fromSending ?? []) },
    { what: 'answer received → event (negative: the event was first)', spread: spreadOf(fromAnswer ?? []) },
  ];
}

/** Writes by the product's own transactions and starts the clock when COMMIT has returned, before the wake-up. */
async function fromCommit(
  what: string,
  node: WritingNode,
  id: string,
  ear: Ear,
  count: number,
): Promise<Latency> {
  let committedAt = 0;
  const prisma = watchCommits(node.parts.prisma, () => {
    committedAt = performance.now();
  });
  const actor = systemActor('bench');
  const transact = new Transactions({ ...node.parts, prisma }).of({ actor, requestId: null, ip: null });
  const dice = new Dice(count);
  const samples: number[] = [];
  for (let sample = 0; sample < count; sample += 1) {
    const contactName = `${what} ${sample}`;
    const heard = ear.hears(contactName);
    await update(transact, id, contactName);
    samples.push((await heard) - committedAt);
    // Where the poll decides, a regular writer would always meet it at the same point of its interval.
    await pause(count === SAMPLES ? REST_MS : dice.between(0, 1_000));
  }
  return { what, spread: spreadOf(samples) };
}

function update(transact: Transact, id: string, contactName: string) {
  return transact(async (tx) => {
    await tx.lock(customerEntity, id);
    const before = await tx.db.customer.findUniqueOrThrow({ where: { id } });
    return tx.update(customerEntity, before, { contactName }, (data) =>
      tx.db.customer.update({ where: { id }, data }),
    );
  });
}

/** A client that notes the time at which it receives a change. */
class Ear {
  readonly #stream: Stream;
  readonly #awaited = new Map<string, (at: number) => void>();

  constructor({ staff }: Tenant, cursor: string) {
    const { url, token } = staff.TENANT_ADMIN;
    this.#stream = openSocketStream<{ customerUpdated: { customer: { contactName: string } } }>(
      { url, token, query: UPDATED, variables: {}, cursor },
      ({ data }) => this.#awaited.get(data?.customerUpdated.customer.contactName ?? '')?.(performance.now()),
    );
  }

  /** The time when the change that wrote this contact name arrived; call it before writing. */
  hears(contactName: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`"${contactName}" was not received.`)), PATIENCE_MS);
      this.#awaited.set(contactName, (at) => {
        clearTimeout(tooLate);
        this.#awaited.delete(contactName);
        resolve(at);
      });
    });
  }

  close(): void {
    this.#stream.cut();
  }
}
