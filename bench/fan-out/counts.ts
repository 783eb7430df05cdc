import { spreadOf } from '../support/figures.ts';
import { microseconds } from '../support/microseconds.ts';
import type { Outcome } from './load.ts';

/** The counts of one load. */
export class Counts {
  readonly #isTimed: boolean;
  readonly #begunAt = performance.now();
  readonly #publishedAt = new Map<string, number>();
  readonly #arrivals: { readonly event: string; readonly at: number }[] = [];
  #lastAt = this.#begunAt;
  #events = 0;
  #expected = 0;
  #received = 0;
  #duplicates = 0;
  #outOfOrder = 0;
  #bytes = 0;

  /** `isTimed`: whether each delivery is timed, which costs more than counting it. */
  constructor(isTimed: boolean) {
    this.#isTimed = isTimed;
  }

  get received(): number {
    return this.#received;
  }

  /** Whether the publisher has reported the time of publishing of all events. */
  get areAllPublished(): boolean {
    return this.#publishedAt.size === this.#events;
  }

  ordered(events: number, listeners: number): void {
    this.#events += events;
    this.#expected += events * listeners;
  }

  published(topic: string, sequence: number, at: number): void {
    this.#publishedAt.set(`${topic} ${sequence}`, at);
  }

  delivered(topic: string, sequence: number, bytes: number): void {
    this.#received += 1;
    this.#bytes += bytes;
    this.#lastAt = performance.now();
    if (this.#isTimed) this.#arrivals.push({ event: `${topic} ${sequence}`, at: microseconds() });
  }

  cameAgain(): void {
    this.#duplicates += 1;
  }

  cameLate(): void {
    this.#outOfOrder += 1;
  }

  outcome(): Outcome {
    const latencies = this.#arrivals.map(
      ({ event, at }) => (at - (this.#publishedAt.get(event) ?? Number.NaN)) / 1_000,
    );
    return {
      events: this.#events,
      deliveries: this.#received,
      missing: this.#expected - (this.#received - this.#duplicates),
      duplicates: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      bytes: this.#bytes,
      seconds: (this.#lastAt - this.#begunAt) / 1_000,
      latency: this.#isTimed ? spreadOf(latencies) : null,
    };
  }
}
