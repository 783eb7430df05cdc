interface Operation {
  /** Done when the operation before it under the same id has ended; undefined if there is none. */
  readonly mayBegin: Promise<void> | undefined;
  readonly ended: Promise<void>;
  /** Whether the client wants no more of it. */
  isCompleted: boolean;
}

/**
 * Keeps apart the operations of one socket that use the same id. A client may use an id again as soon as it has sent
 * `complete`, but what it completed may still be being prepared, and the library, which knows operations by their ids,
 * would then take the old one for the new one and run both. So the new one begins when the old one has ended.
 */
export class OperationIds {
  readonly #latest = new Map<string, Operation>();
  #count = 0;

  /** How many operations have been asked for and have not ended, whether the client has completed them or not. */
  get count(): number {
    return this.#count;
  }

  /** Runs an operation once its id is free. An id that is not completed is for the library to complain of. */
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

  /** Says that the client wants no more of an operation. */
  complete(id: string): void {
    const operation = this.#latest.get(id);
    if (operation) operation.isCompleted = true;
  }
}

function NOTHING(): void {}
