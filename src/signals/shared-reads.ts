import type { Members } from './set-store.ts';

/**
 * Reads a set once for all who ask during a read. They share the next one, which begins after it, so each finds what
 * was there when it asked, and however many ask, a set is read by one request after the other.
 */
export class SharedReads {
  readonly #read: (set: string) => Promise<Members>;
  readonly #running = new Map<string, Promise<Members>>();
  readonly #next = new Map<string, Promise<Members>>();

  /** `read` may not throw. */
  constructor(read: (set: string) => Promise<Members>) {
    this.#read = read;
  }

  /** The members of a set at this moment. */
  of(set: string): Promise<Members> {
    const next = this.#next.get(set);
    if (next) return next;
    const running = this.#running.get(set);
    if (!running) return this.#begin(set);
    const following = running.then(() => {
      this.#next.delete(set);
      return this.#begin(set);
    });
    this.#next.set(set, following);
    return following;
  }

  async #begin(set: string): Promise<Members> {
    const running = this.#read(set);
    this.#running.set(set, running);
    const members = await running;
    if (this.#running.get(set) === running) this.#running.delete(set);
    return members;
  }
}
