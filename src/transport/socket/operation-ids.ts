interface Operation {
  /** Done when the previous operation with the same id has ended; undefined without one. */
  readonly mayBegin: Promise<void> | undefined;
  readonly ended: Promise<void>;
  /** Whether the client has completed the operation. */
  isCompleted: boolean;
}

/**
 * Keeps operations of one socket with the same id apart. A client may use an id again as soon as it has sent
 * `complete`. But the completed operation may still be in preparation, and graphql-ws, which knows operations by their
 * ids, would take the old one for the new one and run both. So the new operation starts when the old one has ended.
 */
export class OperationIds {
  readonly #latest = new Map<string, Operation>();
  #count = 0;

  /** The number of operations that have not ended, whether the client has completed them or not. */
  get count(): number {
    return this.#count;
  }

  /** Runs an operation once its id is free. An id in use is left to graphql-ws, which closes the socket. */
  async run(id: string, operate: () => Promise<void>): Promise<void> {
    const before = this.#latest.get(id);
    if (before && !before.isCompleted) {
      await before.mayBegin;
      return operate();
    }
    let end = NOTHING;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const operation = { mayBegin: before?.ended, ended, isCompleted: false };
    this.#latest.set(id, operation);
    this.#count += 1;
    try {
      if (operation.mayBegin) await operation.mayBegin;
      if (!operation.isCompleted) await operate();
    } finally {
      this.#count -= 1;
      if (this.#latest.get(id) === operation) this.#latest.delete(id);
      end();
    }
  }

  /** Notes that the client has completed an operation. */
  complete(id: string): void {
    const operation = this.#latest.get(id);
    if (operation) operation.isCompleted = true;
  }
}

function NOTHING(): void {}
