import { LRUCache } from 'lru-cache';
import type { Payload } from './payload.ts';

/** For all groups of a node together; what was asked for least recently is made again when it is asked for. */
const MAX_BYTES = 32 * 1_024 * 1_024;
/** About what an entry costs beside its bytes. */
const OVERHEAD_BYTES = 256;

/** What a change is to a group. */
export interface Made {
  /** Null if it is nothing to it. */
  readonly payload: Payload | null;
}

/**
 * Remembers the latest payloads of a node's groups, for followers that come to a change at another time than the rest
 * of their group. A feed may have thousands of changes in memory and a node thousands of groups, so what is remembered
 * is bounded in bytes and not by either number.
 */
export class PayloadCache {
  readonly #made = new LRUCache<string, Made>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ payload }) => OVERHEAD_BYTES + (payload?.bytes.length ?? 0),
  });
  readonly #making = new Map<string, Promise<Made>>();
  #groups = 0;

  /** The part of one group: makes what is asked for by number unless it is remembered or being made. */
  ofGroup(): (seq: number, make: () => Promise<Made>) => Promise<Made> {
    this.#groups += 1;
    const group = this.#groups;
    return (seq, make) => this.#get(`${group}/${seq}`, make);
  }

  #get(key: string, make: () => Promise<Made>): Promise<Made> {
    const made = this.#made.get(key);
    if (made) return Promise.resolve(made);
    return this.#making.get(key) ?? this.#make(key, make);
  }

  async #make(key: string, make: () => Promise<Made>): Promise<Made> {
    const making = make();
    this.#making.set(key, making);
    try {
      const made = await making;
      this.#made.set(key, made);
      return made;
    } finally {
      this.#making.delete(key);
    }
  }
}
