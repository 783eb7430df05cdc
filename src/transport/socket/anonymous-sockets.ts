import { networkOf } from '../../lib/network-of.ts';

/** Counts the sockets of each network without a user. A socket with a user counts among that user's connections. */
export class AnonymousSockets {
  readonly limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Counts a socket until the returned function is called; null if its network has reached the limit. */
  take(ip: string | null): (() => void) | null {
    const network = networkOf(ip);
    const count = this.#counts.get(network) ?? 0;
    if (count >= this.limit) return null;
    this.#counts.set(network, count + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#release(network);
      isTaken = false;
    };
  }

  #release(network: string): void {
    const left = (this.#counts.get(network) ?? 0) - 1;
    if (left > 0) this.#counts.set(network, left);
    else this.#counts.delete(network);
  }
}
