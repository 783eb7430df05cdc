import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Api, ApiError } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import type { Tenant } from '../support/people.ts';
import type { Balancer } from './balancer.ts';
import { textsOf } from './customers.ts';
import type { Attempt, Ledger, Outcome } from './ledger.ts';

/** The customers of a tenant that its writers know, with the version each last received, which may be outdated. */
export type Stock = Map<string, number>;

export interface WriterParts {
  readonly name: string;
  readonly tenant: Tenant;
  readonly stock: Stock;
  readonly balancer: Balancer;
  readonly ledger: Ledger;
  readonly dice: Dice;
}

interface Payload {
  readonly customer: { readonly id: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

interface Sent {
  readonly outcome: Outcome;
  readonly customer: Payload['customer'];
}

const PAYLOAD = '{ customer { id version } userErrors { code } }';
const CREATE = `mutation ($input: CustomerCreateInput!, $idempotencyKey: String!) {
  written: customerCreate(input: $input, idempotencyKey: $idempotencyKey) ${PAYLOAD} }`;
const UPDATE = `mutation ($id: ID!, $input: CustomerUpdateInput!, $expectedVersion: Int) {
  written: customerUpdate(id: $id, input: $input, expectedVersion: $expectedVersion) ${PAYLOAD} }`;
const DELETE = `mutation ($id: ID!, $expectedVersion: Int) {
  written: customerDelete(id: $id, expectedVersion: $expectedVersion) ${PAYLOAD} }`;

const STATUSES = ['TRIAL', 'ACTIVE', 'PAST_DUE', 'SUSPENDED', 'CANCELLED'] as const;
const MAX_STOCK = 60;
const MAX_TRIES = 50;
/** With shorter rests, they would leave a small machine no time to start nodes in. */
const MAX_REST_MS = 200;
const MAX_RETRY_REST_MS = 40;
const HANGS_UP = 0.25;
const MAX_HURRY_MS = 30;

/**
 * Writes customers over the public API. A create that is not answered is sent again with the same key until it is,
 * as a client should, whichever node it comes to; an update or delete that is not answered stays unknown. It hangs up
 * on every fourth create, too early or too late by chance, which then runs beside its own repetition.
 */
export class Writer {
  readonly #parts: WriterParts;
  readonly #api: Api;
  #written = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#api = parts.tenant.staff[parts.dice.isLucky(0.5) ? 'TENANT_ADMIN' : 'SUPPORT'];
  }

  /** Writes until the run is over. */
  async write(isOver: () => boolean): Promise<void> {
    const { dice, stock } = this.#parts;
    while (!isOver()) {
      const id = dice.pick([...stock.keys()]);
      const isTimeToDelete = dice.isLucky(stock.size / MAX_STOCK - 0.25);
      if (!id || dice.isLucky(0.3)) await this.#create();
      else if (isTimeToDelete) await this.#delete(id);
      else await this.#update(id);
      await pause(dice.between(0, MAX_REST_MS));
    }
  }

  async #create(): Promise<void> {
    const { dice, stock, tenant } = this.#parts;
    const mark = this.#nextMark();
    const input = { ...textsOf(tenant, mark), email: 'someone@torture.test', status: dice.pick(STATUSES) };
    const idempotencyKey = randomUUID();
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const hurryMs = dice.isLucky(HANGS_UP) ? dice.between(1, MAX_HURRY_MS) : undefined;
      const { outcome, customer } = await this.#send(CREATE, { input, idempotencyKey }, hurryMs);
      if (outcome === 'UNKNOWN') {
        await pause(dice.between(0, MAX_RETRY_REST_MS));
        continue;
      }
      if (customer) stock.set(customer.id, customer.version);
      this.#note({ kind: 'CREATED', mark, outcome, tries });
      return;
    }
    this.#note({ kind: 'CREATED', mark, outcome: 'UNKNOWN', tries: MAX_TRIES });
  }

  async #update(id: string): Promise<void> {
    const { dice, stock, tenant } = this.#parts;
    const mark = this.#nextMark();
    const input = { ...textsOf(tenant, mark), ...(dice.isLucky(0.3) && { status: dice.pick(STATUSES) }) };
    const { outcome, customer } = await this.#send(UPDATE, {
      id,
      input,
      expectedVersion: this.#expected(id),
    });
    // On a version conflict, too, the answer holds the customer as it is.
    if (customer && stock.has(id)) stock.set(id, customer.version);
    this.#note({ kind: 'UPDATED', mark, outcome, tries: 1 });
  }

  async #delete(id: string): Promise<void> {
    const expectedVersion = this.#expected(id);
    const { outcome, customer } = await this.#send(DELETE, { id, expectedVersion });
    if (outcome === 'REFUSED' && customer) this.#parts.stock.set(id, customer.version);
    else this.#parts.stock.delete(id);
    this.#note({ kind: 'DELETED', mark: id, outcome, tries: 1 });
  }

  /** Often no version, sometimes the last one received, sometimes one that is certainly outdated. */
  #expected(id: string): number | null {
    const { dice, stock } = this.#parts;
    if (dice.isLucky(0.5)) return null;
    const known = stock.get(id) ?? 1;
    return dice.isLucky(0.4) ? known - 1 : known;
  }

  async #send(query: string, variables: object, patienceMs?: number): Promise<Sent> {
    const { balancer, dice } = this.#parts;
    const { url } = await balancer.pick(dice);
    const answer = await this.#api.at(url).send<{ written: Payload | null }>(query, variables, patienceMs);
    const written = answer?.data?.written;
    if (!written) return { outcome: unanswered(answer), customer: null };
    const outcome = written.userErrors.length > 0 ? 'REFUSED' : 'ACKNOWLEDGED';
    return { outcome, customer: written.customer };
  }

  #nextMark(): string {
    this.#written += 1;
    return `${this.#parts.name}.${this.#written}`;
  }

  #note(attempt: Attempt): void {
    this.#parts.ledger.add(attempt);
  }
}

/** The codes of an internal error, and of a mutation for which a busy machine had no time. */
const UNSETTLED = new Set(['INTERNAL_SERVER_ERROR', 'QUERY_TOO_COMPLEX', 'TRY_AGAIN']);
/** The rule by which a busy node refuses a request that it could not read in time. */
const UNREAD = 'TOO_LATE';

/** Such an error says as little about the outcome as no answer; any other error is a fault of this writer. */
function unanswered(answer: Answer<unknown> | null): 'UNKNOWN' {
  const isUnsettled = ({ extensions }: ApiError) =>
    UNSETTLED.has(extensions?.code ?? '') || extensions?.rule === UNREAD;
  if (!(answer?.errors ?? []).every(isUnsettled)) throw new Error(`Refused: ${JSON.stringify(answer)}`);
  return 'UNKNOWN';
}
