/** Whether there is something to do for a stream that waits: what came before the wait counts, too. */
export class News {
  #isThere: boolean;
  #wake: () => void = () => {};

  constructor(isThere: boolean) {
    this.#isThere = isThere;
  }

  /** Notes that there is something to do, for now or for the next wait. */
  note(): void {
    this.#isThere = true;
    this.#wake();
  }

  /** Waits until there is something to do. */
  async wait(): Promise<void> {
    if (!this.#isThere) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#isThere = false;
  }
}
