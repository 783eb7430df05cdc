import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import { foundTenant } from '../support/people.ts';
import type { ServerProcess } from '../support/server-process.ts';
import type { Balancer } from './balancer.ts';

const SLUG = 'umbrella';
const SECRET = 'the laboratory';
const KEYS = [
  'asOf',
  'groups',
  'id',
  'incidents',
  'maintenance',
  'name',
  'services',
  'stale',
  'status',
  'uptime',
];
/** A page that is not stale has everything that was written so long before: two polls of a second, and three more. */
const STALE_AFTER_MS = 5_000;
/** One reader in ten follows the stream of the page; the others ask again and again. */
const STREAM_EVERY = 10;
const MAX_REST_MS = 5_000;
const WRITE_REST_MS = 300;
const PATIENCE_MS = 10_000;
/** The time in which all nodes show the last write, once nothing breaks any more. */
const CATCH_UP_MS = 60_000;

const PUBLISH = `mutation ($id: ID!, $input: StatusPageUpdateInput!) {
  statusPageUpdate(id: $id, input: $input) { tenantId userErrors { message } } }`;
const CREATE = `mutation ($input: ServiceCreateInput!) {
  serviceCreate(input: $input) { service { id } userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $input: ServiceUpdateInput!) {
  serviceUpdate(id: $id, input: $input) { service { id } userErrors { message } } }`;

/** The parts of a page that the readers look at. */
interface Page {
  readonly stale: boolean;
  readonly services: readonly { readonly description: string | null }[];
}

interface PublicPageParts {
  readonly root: Api;
  readonly nodes: readonly ServerProcess[];
  readonly balancer: Balancer;
  readonly dice: Dice;
  readonly readers: number;
}

/** A public status page, the writer who keeps it up to date, and its readers, who do not sign in. */
export class PublicPage {
  /** Pages that readers received: by an answer, and by a stream. */
  answers = 0;
  events = 0;
  /** Answers that the page has not changed. */
  unchanged = 0;
  /** Pages that said that they may be old, and answers that there is none now. */
  stale = 0;
  unavailable = 0;
  /** Pages with an old state that they gave as the present one. */
  outdated = 0;
  /** Pages with what is not public. */
  exposed = 0;
  readonly #parts: PublicPageParts;
  readonly #serviceId: string;
  /** The times at which writes were acknowledged; the first one is that of number 0. */
  readonly #acknowledgedAt: number[] = [Date.now()];

  private constructor(parts: PublicPageParts, serviceId: string) {
    this.#parts = parts;
    this.#serviceId = serviceId;
  }

  /** Founds a tenant with a public and another service, and publishes its page. */
  static async found(parts: PublicPageParts): Promise<PublicPage> {
    const { root } = parts;
    const { id } = await foundTenant(root, 'Umbrella');
    const open = { tenantId: id, name: 'The shop', description: '0', isPublic: true };
    await root.ask(CREATE, { input: { tenantId: id, name: SECRET, description: SECRET } });
    const { serviceCreate } = await root.ask<{ serviceCreate: { service: { id: string } } }>(CREATE, {
      input: open,
    });
    await root.ask(PUBLISH, { id, input: { statusPageSlug: SLUG } });
    return new PublicPage(parts, serviceCreate.service.id);
  }

  /** Numbers the page 1, 2, 3 … until the run is over. A write that is not answered may have happened, or not. */
  async write(isOver: () => boolean): Promise<void> {
    const { root, balancer, dice } = this.#parts;
    while (!isOver()) {
      const number = this.#acknowledgedAt.length;
      const { url } = await balancer.pick(dice);
      const variables = { id: this.#serviceId, input: { description: String(number) } };
      const answer = await root
        .at(url)
        .send<{ serviceUpdate: { service: object | null } | null }>(UPDATE, variables, PATIENCE_MS);
      if (answer?.data?.serviceUpdate?.service) this.#acknowledgedAt.push(Date.now());
      await pause(dice.between(0, WRITE_REST_MS));
    }
  }

  /** Reads the page by many clients until the run is over. */
  async read(isOver: () => boolean): Promise<void> {
    const { dice, readers } = this.#parts;
    await Promise.all(
      Array.from({ length: readers }, (_, index) => {
        const own = dice.of(`reader ${index}`);
        return index % STREAM_EVERY === 0 ? this.#follow(own, isOver) : this.#ask(own, isOver);
      }),
    );
  }

  /** Resolves when every node shows the last write; counts each that never does. */
  async untilCurrent(): Promise<void> {
    await Promise.all(this.#parts.nodes.map((node) => this.#untilCurrentAt(node)));
  }

  async #untilCurrentAt({ url }: ServerProcess): Promise<void> {
    const deadline = Date.now() + CATCH_UP_MS;
    const last = this.#acknowledgedAt.length - 1;
    while (Date.now() < deadline) {
      const page = await fetchPage(url).then(
        (response) => (response.ok ? (response.json() as Promise<Page>) : null),
        () => null,
      );
      if (page && !page.stale && numberOf(page) >= last) return;
      await pause(WRITE_REST_MS);
    }
    this.outdated += 1;
  }

  /** Asks with the last ETag, as a browser does. */
  async #ask(dice: Dice, isOver: () => boolean): Promise<void> {
    let etag = '';
    while (!isOver()) {
      await pause(dice.between(0, MAX_REST_MS));
      const { url } = await this.#parts.balancer.pick(dice);
      const askedAt = Date.now();
      try {
        const response = await fetchPage(url, { headers: { 'if-none-match': etag } });
        const text = await response.text();
        if (response.status === 304) this.unchanged += 1;
        else if (response.status === 503) this.unavailable += 1;
        else {
          this.answers += 1;
          this.#judge(text, askedAt);
        }
        etag = response.headers.get('etag') ?? etag;
      } catch {
        // The node was killed, or does not answer: another one does.
      }
    }
  }

  async #follow(dice: Dice, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { url } = await this.#parts.balancer.pick(dice);
      const abort = new AbortController();
      const ending = setInterval(() => isOver() && abort.abort(), WRITE_REST_MS);
      await this.#receive(url, abort.signal).catch(() => {}); // the node has ended, or its connection
      clearInterval(ending);
      if (!isOver()) await pause(dice.between(0, MAX_REST_MS));
    }
  }

  /** An event is as old as it is late: its number alone is not judged. */
  async #receive(url: string, signal: AbortSignal): Promise<void> {
    const response = await fetch(`${url}/status/${SLUG}/events`, { signal });
    if (!response.ok || !response.body) {
      this.unavailable += 1;
      return;
    }
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data === undefined) continue;
        this.events += 1;
        this.#judge(data, Number.NEGATIVE_INFINITY);
      }
    }
  }

  #judge(text: string, askedAt: number): void {
    const page = JSON.parse(text) as Page;
    if (text.includes(SECRET) || !isDeepStrictEqual(Object.keys(page).toSorted(), KEYS)) this.exposed += 1;
    if (page.stale) this.stale += 1;
    else if (numberOf(page) < this.#numberAt(askedAt - STALE_AFTER_MS)) this.outdated += 1;
  }

  /** The last number that was acknowledged by then. */
  #numberAt(time: number): number {
    return this.#acknowledgedAt.findLastIndex((at) => at <= time);
  }
}

function fetchPage(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/status/${SLUG}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
}

function numberOf({ services }: Page): number {
  return Number(services[0]?.description ?? -1);
}
