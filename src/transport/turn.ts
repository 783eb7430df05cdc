import { NextFrames } from './frames.ts';

/** What has something to write until the turn is over. */
export interface TurnTaker {
  endTurn(): void;
}

/** After writing for so long there is no rest. */
const SHORT_MS = 2;
/** The longest rest: what it may add to the delay of an event. */
const LONGEST_REST_MS = 25;

/**
 * Gathers the sockets that have something to write, until the current turn of the event loop is over. Whoever has just
 * written to thousands of sockets rests twice as long as that took, so that what comes meanwhile leaves in one write
 * for each socket, too: the busier the node, the fewer writes for each event. A node that is not busy never rests.
 */
export class Turn {
  readonly frames = new NextFrames();
  #takers: TurnTaker[] = [];
  #restsUntil = 0;

  /** Has somebody's turn end with this turn of the event loop, or after the rest. */
  add(taker: TurnTaker): void {
    if (this.#takers.length === 0) this.#arm();
    this.#takers.push(taker);
  }

  #arm(): void {
    const restMs = this.#restsUntil - performance.now();
    if (restMs > 1) setTimeout(() => this.#end(), restMs);
    else setImmediate(() => this.#end());
  }

  #end(): void {
    const takers = this.#takers;
    this.#takers = [];
    const begunAt = performance.now();
    for (const taker of takers) taker.endTurn();
    const endedAt = performance.now();
    const tookMs = endedAt - begunAt;
    if (tookMs > SHORT_MS) this.#restsUntil = endedAt + Math.min(2 * tookMs, LONGEST_REST_MS);
  }
}
