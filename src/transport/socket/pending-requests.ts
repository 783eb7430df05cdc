/**
 * Counts what the client of a socket has asked and is still to be answered. A stream is answered once it has begun, as
 * it can be resumed elsewhere; a mutation whose answer is lost would be sent again.
 */
export class PendingRequests {
  readonly #streams = new Set<object>();
  #count = 0;
  #onNone: (() => void) | null = null;

  /** Counts a message until it has been handled, and its answers have been sent. */
  async during(handling: Promise<void>): Promise<void> {
    this.#add(1);
    try {
      await handling;
    } finally {
      this.#add(-1);
    }
  }

  /** Says that what is being handled goes on for as long as its client likes. */
  streamBegan(operation: object): void {
    this.#streams.add(operation);
    this.#add(-1);
  }

  /** Says that a stream is over, of which its client is still to be told. Does nothing for what is no stream. */
  streamEnded(operation: object): void {
    if (this.#streams.delete(operation)) this.#add(1);
  }

  /** Done when everything has been answered. */
  none(): Promise<void> {
    return new Promise((resolve) => {
      this.#onNone = resolve;
      this.#add(0);
    });
  }

  #add(difference: number): void {
    this.#count += difference;
    if (this.#count === 0) this.#onNone?.();
  }
}
