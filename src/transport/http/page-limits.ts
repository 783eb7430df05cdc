import { widerNetworkOf } from '../../lib/network-of.ts';
import { Attempts } from '../pipeline/attempts.ts';

const WINDOW_S = 10;

export interface PageLimitsParts {
  readonly requestsPerSecond: number;
  readonly streamsPerNetwork: number;
  /** The streams of all networks together. */
  readonly streams: number;
}

/**
 * Bounds what a network may ask of the status pages of this node. Each node counts its own, because a shared counter would
 * cost more than the answer, which comes from memory.
 */
export class PageLimits {
  readonly #parts: PageLimitsParts;
  readonly #requests: Attempts;
  readonly #streams = new Map<string, number>();
  #allStreams = 0;

  constructor(parts: PageLimitsParts) {
    this.#parts = parts;
    const perSecond = parts.requestsPerSecond;
    this.#requests = new Attempts({ perSecond, burst: perSecond * WINDOW_S });
  }

  get streamsPerNetwork(): number {
    return this.#parts.streamsPerNetwork;
  }

  /** The streams that are open. */
  get openStreams(): number {
    return this.#allStreams;
  }

  /** Counts a request; false if the network has made too many. */
  admits(ip: string | null): boolean {
    return this.#requests.take(widerNetworkOf(ip));
  }

  /** Counts a stream until the returned function is called; the reason if there is no room for it. */
  takeStream(ip: string | null): (() => void) | 'NETWORK_FULL' | 'NODE_FULL' {
    const network = widerNetworkOf(ip);
    const ofNetwork = this.#streams.get(network) ?? 0;
    if (ofNetwork >= this.#parts.streamsPerNetwork) return 'NETWORK_FULL';
    if (this.#allStreams >= this.#parts.streams) return 'NODE_FULL';
    this.#streams.set(network, ofNetwork + 1);
    this.#allStreams += 1;
    return () => this.#giveBack(network);
  }

  #giveBack(network: string): void {
    this.#allStreams -= 1;
    const left = (this.#streams.get(network) ?? 0) - 1;
    if (left > 0) this.#streams.set(network, left);
    else this.#streams.delete(network);
  }
}
