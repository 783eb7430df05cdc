import { setTimeout as pause } from 'node:timers/promises';
import { Counts } from './counts.ts';
import { type Dialogue, openSeat, type Seat } from './dialogue.ts';
import type { LeanSocket } from './lean-socket.ts';
import type { ClosedLoad, Load, Outcome, PacedLoad } from './load.ts';
import { PROBE } from './mark.ts';
import type { Orders } from './orders.ts';
import { Receipts } from './receipts.ts';

/** The subscribers, and the language that they speak. */
export interface CrowdOptions {
  readonly dialogue: Dialogue;
  readonly seats: readonly Seat[];
  /** Without a delivery for this long, the missing ones are given up. */
  readonly patienceMs?: number;
}

/** A topic of some of the subscribers. */
interface Topic {
  readonly name: string;
  listeners: number;
  next: number;
  /** The number of deliveries that each event under way still lacks. */
  readonly lacking: Map<number, number>;
}

const PATIENCE_MS = 5_000;
const OPENED_AT_ONCE = 100;
const PROBE_INTERVAL_MS = 300;
const PROBING_MS = 60_000;
const TICK_MS = 5;
/** A repeated delivery may arrive a little later. */
const AFTERMATH_MS = 20;

/** Many subscribers of one server, which count what they receive. */
export class Crowd {
  readonly #orders: Orders;
  readonly #patienceMs: number;
  readonly #topics: Topic[] = [];
  readonly #sockets: LeanSocket[] = [];
  /** Topics with a probe that has not yet been published. */
  readonly #probed = new Set<string>();
  #turn = 0;
  #underWay = 0;
  #counts = new Counts(false);
  #onArrived: () => void = () => {};
  #failure: Error | null = null;

  private constructor(orders: Orders, patienceMs: number) {
    this.#orders = orders;
    this.#patienceMs = patienceMs;
    orders.onPublished = (topic, first, count, at) => {
      if (first === PROBE) this.#probed.delete(topic);
      else for (let index = 0; index < count; index += 1) this.#counts.published(topic, first + index, at);
    };
  }

  /** Connects all of them and waits until each has received an event: GraphQL does not say when it listens. */
  static async open(orders: Orders, { dialogue, seats, patienceMs }: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(orders, patienceMs ?? PATIENCE_MS);
    const topics = new Map<string, Topic>();
    const unheard = new Set<Seat>();
    for (let from = 0; from < seats.length; from += OPENED_AT_ONCE) {
      const open = (seat: Seat): Promise<void> => {
        const topic = topics.get(seat.topic) ?? newTopic(seat.topic);
        topics.set(seat.topic, topic);
        unheard.add(seat);
        return crowd.#open(dialogue, seat, topic, () => unheard.delete(seat));
      };
      await Promise.all(seats.slice(from, from + OPENED_AT_ONCE).map(open));
    }
    crowd.#topics.push(...topics.values());
    await crowd.#probe(unheard);
    return crowd;
  }

  /** Puts a load on the server and counts the deliveries, until all have arrived or no more arrive. */
  async take(load: Load): Promise<Outcome> {
    this.#counts = new Counts(load.kind === 'paced');
    this.#underWay = 0;
    for (const topic of this.#topics) topic.lacking.clear();
    await (load.kind === 'closed' ? this.#keepUnderWay(load) : this.#keepPace(load));
    await this.#drain();
    return this.#counts.outcome();
  }

  /** Breaks all connections. */
  close(): void {
    for (const socket of this.#sockets) socket.end();
    this.#orders.close();
  }

  async #open(dialogue: Dialogue, seat: Seat, topic: Topic, onProbe: () => void): Promise<void> {
    topic.listeners += 1;
    const receipts = new Receipts();
    const socket = await openSeat(dialogue, seat, {
      onEvent: (sequence, bytes) => {
        if (sequence === PROBE) onProbe();
        else this.#receive(topic, sequence, bytes, receipts);
      },
      onEnd: (why) => {
        this.#failure ??= new Error(`A subscriber has lost its connection: ${why}.`);
      },
    });
    this.#sockets.push(socket);
  }

  async #probe(unheard: ReadonlySet<Seat>): Promise<void> {
    const endsAt = performance.now() + PROBING_MS;
    while (unheard.size > 0 || this.#probed.size > 0) {
      for (const { topic } of unheard) {
        if (this.#probed.has(topic)) continue;
        this.#probed.add(topic);
        this.#orders.give(topic, PROBE, 1);
      }
      await pause(PROBE_INTERVAL_MS);
      if (this.#failure) throw this.#failure;
      if (performance.now() > endsAt) throw new Error(`${unheard.size} subscribers receive nothing.`);
    }
  }

  #receive(topic: Topic, sequence: number, bytes: number, receipts: Receipts): void {
    const place = receipts.note(sequence);
    const lacking = topic.lacking.get(sequence);
    // It belongs to an earlier load, where it was counted as missing.
    if (lacking === undefined && place !== 'again') return;
    this.#counts.delivered(topic.name, sequence, bytes);
    if (place === 'again') this.#counts.cameAgain();
    if (place === 'late') this.#counts.cameLate();
    if (lacking === undefined || place === 'again') return;
    if (lacking > 1) topic.lacking.set(sequence, lacking - 1);
    else {
      topic.lacking.delete(sequence);
      this.#underWay -= 1;
      this.#onArrived();
    }
  }

  #publish(count: number): void {
    const topic = this.#topics[this.#turn++ % this.#topics.length];
    if (!topic) return;
    for (let index = 0; index < count; index += 1) topic.lacking.set(topic.next + index, topic.listeners);
    this.#orders.give(topic.name, topic.next, count);
    topic.next += count;
    this.#underWay += count;
    this.#counts.ordered(count, topic.listeners);
  }

  async #keepUnderWay({ ms, inFlight, atOnce }: ClosedLoad): Promise<void> {
    let arrived = 0;
    this.#onArrived = () => {
      arrived += 1;
      if (arrived < atOnce) return;
      arrived -= atOnce;
      this.#publish(atOnce);
    };
    for (let published = 0; published < inFlight; published += atOnce) this.#publish(atOnce);
    await this.#lookOn(ms, () => false);
    this.#onArrived = () => {};
  }

  async #keepPace({ ms, deliveriesPerSecond }: PacedLoad): Promise<void> {
    const intervalMs = ((this.#topics[0]?.listeners ?? 1) / deliveriesPerSecond) * 1_000;
    const begunAt = performance.now();
    for (let event = 0; event * intervalMs < ms; event += 1) {
      const early = begunAt + event * intervalMs - performance.now();
      if (early > 0) await pause(early);
      this.#publish(1);
    }
  }

  async #drain(): Promise<void> {
    await this.#lookOn(Number.POSITIVE_INFINITY, () => this.#underWay <= 0 && this.#counts.areAllPublished);
    await pause(AFTERMATH_MS);
  }

  /** Waits until the time is up or `isDone` holds, or until nothing has arrived for `patienceMs`. */
  async #lookOn(ms: number, isDone: () => boolean): Promise<void> {
    const endsAt = performance.now() + ms;
    let [received, since] = [-1, performance.now()];
    while (performance.now() < endsAt && !isDone() && performance.now() - since < this.#patienceMs) {
      await pause(TICK_MS);
      if (this.#failure) throw this.#failure;
      if (this.#counts.received > received) [received, since] = [this.#counts.received, performance.now()];
    }
  }
}

function newTopic(name: string): Topic {
  return { name, listeners: 0, next: PROBE + 1, lacking: new Map() };
}
