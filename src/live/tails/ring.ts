import type { Change } from '../../core/rows/change.ts';
import { bytesOfChange } from './change-bytes.ts';

/** A ring of large rows keeps fewer changes: otherwise the texts of one tenant would fill the memory of all. */
const MAX_BYTES = 4 * 1_024 * 1_024;

/** The latest changes of a feed, in memory: bounded in number and in bytes. */
export class Ring {
  readonly #size: number;
  #changes: Change[] = [];
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Adds the next change. */
  push(change: Change): void {
    this.#changes.push(change);
    this.#bytes += bytesOfChange(change);
  }

  /** Returns the oldest `limit` of the latest `count` changes; null if some of them have been dropped. */
  latest(count: number, limit: number): readonly Change[] | null {
    const first = this.#changes.length - count;
    return first < 0 ? null : this.#changes.slice(first, first + limit);
  }

  /** Drops the oldest changes, only once twice too many are kept: each time costs a copy of the whole ring. */
  trim(): void {
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
