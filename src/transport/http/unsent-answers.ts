import type { ServerResponse } from 'node:http';

/**
 * Bounds the bytes of answers that wait to be sent. Clients that request and do not read would fill the memory. Beyond
 * the limit the network that has most of them loses its oldest answer, so one network cannot take the answers of
 * another one.
 */
export class UnsentAnswers {
  readonly #maxBytes: number;
  readonly #onCut: (network: string) => void;
  /** Answers that are not sent yet, the oldest first, with the network of each client. */
  readonly #networks = new Map<ServerResponse, string>();

  constructor(maxBytes: number, onCut: (network: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onCut = onCut;
  }

  /** Counts an answer that has ended until all of it is sent. */
  add(answer: ServerResponse, network: string): void {
    if (answer.writableLength === 0 || answer.req.socket.destroyed) return;
    this.#networks.set(answer, network);
    answer.once('close', () => this.#networks.delete(answer));
    // The only one is not cut: it may be larger than the limit by itself.
    while (this.#networks.size > 1 && this.#bytes() > this.#maxBytes) this.#cutOldest();
  }

  #bytes(): number {
    return [...this.#networks.keys()].reduce((sum, { writableLength }) => sum + writableLength, 0);
  }

  #cutOldest(): void {
    const network = this.#largestNetwork();
    const oldest = [...this.#networks].find(([, ofClient]) => ofClient === network)?.[0];
    if (!oldest || network === undefined) return;
    this.#networks.delete(oldest);
    // The socket of the request, because an answer that waits for another one on its connection has no socket yet.
    oldest.req.socket.destroy();
    this.#onCut(network);
  }

  #largestNetwork(): string | undefined {
    const bytes = new Map<string, number>();
    for (const [{ writableLength }, network] of this.#networks) {
      bytes.set(network, (bytes.get(network) ?? 0) + writableLength);
    }
    return [...bytes].toSorted(([, one], [, other]) => other - one)[0]?.[0];
  }
}
