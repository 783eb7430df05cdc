/** An answer that waits to be sent. */
export interface UnsentAnswer {
  /** The bytes of it that wait now. */
  readonly bytes: number;
  /** Disconnects its client. */
  cut(): void;
}

/**
 * Bounds the bytes of answers that wait to be sent, over HTTP and sockets together. Clients that request and do not read
 * would fill the memory. Beyond the limit the network that has most of them loses its oldest answer, so one network
 * cannot take the answers of another one.
 */
export class UnsentAnswers {
  readonly #maxBytes: number;
  readonly #onCut: (network: string) => void;
  /** Answers that are not sent yet, the oldest first, with the network of each client. */
  readonly #networks = new Map<UnsentAnswer, string>();

  constructor(maxBytes: number, onCut: (network: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onCut = onCut;
  }

  /** Counts an answer until the returned function is called: it has been sent, or its client has left. */
  add(answer: UnsentAnswer, network: string): () => void {
    this.#networks.set(answer, network);
    // The only one is not cut: it may be larger than the limit by itself.
    while (this.#networks.size > 1 && this.#bytes() > this.#maxBytes) this.#cutOldest();
    return () => this.#networks.delete(answer);
  }

  #bytes(): number {
    return [...this.#networks.keys()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #cutOldest(): void {
    const network = this.#largestNetwork();
    const oldest = [...this.#networks].find(([, ofClient]) => ofClient === network)?.[0];
    if (!oldest || network === undefined) return;
    this.#networks.delete(oldest);
    oldest.cut();
    this.#onCut(network);
  }

  #largestNetwork(): string | undefined {
    const total = new Map<string, number>();
    for (const [{ bytes }, network] of this.#networks) {
      total.set(network, (total.get(network) ?? 0) + bytes);
    }
    return [...total].toSorted(([, one], [, other]) => other - one)[0]?.[0];
  }
}
