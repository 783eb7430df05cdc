import type { Change } from '../../core/rows/change.ts';
import { bytesOfChange } from './change-bytes.ts';
import type { DroppableRing, RingMemory } from './ring-memory.ts';

/** A ring of large rows keeps fewer changes: otherwise the texts of one tenant would fill the memory of all. */
const MAX_BYTES = 4 * 1_024 * 1_024;

/** The latest changes of a feed, in memory: bounded in number and in bytes, and with the other rings of the node. */
export class Ring implements DroppableRing {
  readonly #size: number;
  readonly #memory: RingMemory;
  #changes: Change[] = [];
  #bytes = 0;
  #isClosed = false;

  constructor(size: number, memory: RingMemory) {
    this.#size = size;
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next change. */
  push(change: Change): void {
    this.#changes.push(change);
    this.#bytes += bytesOfChange(change);
  }

  /** Returns the oldest `limit` of the latest `count` changes; null if some of them have been dropped. */
  latest(count: number, limit: number): readonly Change[] | null {
    const first = this.#changes.length - count;
    if (first < 0) return null;
    if (count > 0 && !this.#isClosed) this.#memory.use(this);
    return this.#changes.slice(first, first + limit);
  }

  /** Keeps the bounds, after changes were added. */
  trim(): void {
    if (this.#isClosed) {
      this.drop();
      return;
    }
    this.#dropOldest();
    this.#memory.use(this);
  }

  /** Drops all changes. */
  drop(): void {
    this.#changes = [];
    this.#bytes = 0;
  }

  /** Drops all changes, and counts for the node no more, whatever its tail was reading adds to it. */
  close(): void {
    this.#isClosed = true;
    this.drop();
    this.#memory.forget(this);
  }

  /** Drops the oldest changes, only once twice too many are kept: each time costs a copy of the whole ring. */
  #dropOldest(): void {
    if (this.#changes.length <= 2 * this.#size && this.#bytes <= 2 * MAX_BYTES) return;
    let first = this.#changes.length;
    let bytes = 0;
    while (first > Math.max(this.#changes.length - this.#size, 0)) {
      const next = bytes + bytesOfChange(this.#changes[first - 1] as Change);
      if (next > MAX_BYTES) break;
      bytes = next;
      first -= 1;
    }
    this.#changes = this.#changes.slice(first);
    this.#bytes = bytes;
  }
}
