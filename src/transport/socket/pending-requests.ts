/**
 * Counts the messages of a socket that are not answered yet. A stream counts as answered once it has started, because
 * it can be resumed on another node. A mutation whose answer is lost would be sent again.
 */
export class PendingRequests {
  readonly #streams = new Set<object>();
  #count = 0;
  #onNone: (() => void) | null = null;

  /** Counts a message until it has been handled and its answers have been sent. */
  async during(handling: Promise<void>): Promise<void> {
    this.#add(1);
    try {
      await handling;
    } finally {
      this.#add(-1);
    }
  }

  /** Notes that an operation is a stream, which runs for as long as its client likes. */
  streamBegan(operation: object): void {
    this.#streams.add(operation);
    this.#add(-1);
  }

  /** Notes that a stream has ended and its client has to receive `complete`. Does nothing for other operations. */
  streamEnded(operation: object): void {
    if (this.#streams.delete(operation)) this.#add(1);
  }

  /** Done when every message has been answered. */
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
