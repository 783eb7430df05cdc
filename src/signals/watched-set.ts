import { isDeepStrictEqual } from 'node:util';
import type { Members, SetContent } from './set-store.ts';

export interface WatchedSetParts {
  readonly read: () => Promise<SetContent>;
  /** The members of this node, which it knows although the set cannot be read. */
  readonly own: () => Iterable<[string, string]>;
  /** The shortest time between two reads. */
  readonly pauseMs: number;
}

/**
 * A set that is read again whenever it may have changed, once for all who watch it on this node. However often it
 * changes, it is read at most once in each pause, and its watchers find the latest members. One that cannot be read
 * keeps the members that it had, and gains those of this node: an outage of Redis ends no member.
 */
export class WatchedSet {
  readonly #parts: WatchedSetParts;
  readonly #watchers = new Set<() => void>();
  #members: Members | null = null;
  #first: Promise<void> | null = null;
  #isBusy = false;
  /** A second read follows the first: a message can be missed before the node listens for them. */
  #isNoted = true;
  #pausing: NodeJS.Timeout | null = null;
  #ending: NodeJS.Timeout | null = null;

  constructor(parts: WatchedSetParts) {
    this.#parts = parts;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The latest members. */
  async members(): Promise<Members> {
    this.#first ??= this.#run();
    await this.#first;
    return this.#members ?? new Map();
  }

  /** Calls back after each change of the members, until the returned function is called. */
  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => {
      this.#watchers.delete(onChange);
      if (!this.isWatched) this.stop();
    };
  }

  /** Notes that the set may have changed. */
  note(): void {
    if (this.#isBusy) this.#isNoted = true;
    else {
      this.#isNoted = false;
      this.#first = this.#run();
    }
  }

  /** Reads no more. */
  stop(): void {
    if (this.#pausing) clearTimeout(this.#pausing);
    if (this.#ending) clearTimeout(this.#ending);
  }

  async #run(): Promise<void> {
    const { read, own, pauseMs } = this.#parts;
    this.#isBusy = true;
    const { members, nextEndMs } = await read().catch(() => ({
      members: new Map([...(this.#members ?? []), ...own()]),
      nextEndMs: null,
    }));
    if (this.#ending) clearTimeout(this.#ending);
    if (nextEndMs !== null && this.isWatched) {
      this.#ending = setTimeout(() => this.note(), nextEndMs + 1).unref();
    }
    this.#pausing = setTimeout(() => this.#rested(), pauseMs).unref();
    if (isDeepStrictEqual(members, this.#members)) return;
    this.#members = members;
    for (const onChange of [...this.#watchers]) onChange();
  }

  #rested(): void {
    this.#isBusy = false;
    if (this.#isNoted) this.note();
  }
}
