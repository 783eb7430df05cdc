import type { Change } from '../core/change.ts';

/** Of a feed of large rows fewer changes are kept, or one tenant's texts would take the memory of all. */
const MAX_BYTES = 4 * 1_024 * 1_024;
/** About what a change costs beside its texts. */
const OVERHEAD_BYTES = 1_024;

/** The latest changes of a feed, in memory for its followers: within a number, and within bytes. */
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
    this.#bytes += bytesOf(change);
  }

  /** The oldest `limit` of the latest `count` changes; null if some of them are no longer kept. */
  latest(count: number, limit: number): readonly Change[] | null {
    const first = this.#changes.length - count;
    return first < 0 ? null : this.#changes.slice(first, first + limit);
  }

  /** Forgets the oldest. Does so rarely: a busy feed must not move the whole ring for each change. */
  trim(): void {
    if (this.#changes.length <= 2 * this.#size && this.#bytes <= 2 * MAX_BYTES) return;
    let kept = this.#changes.length;
    let bytes = 0;
    while (kept > Math.max(this.#changes.length - this.#size, 0)) {
      const next = bytes + bytesOf(this.#changes[kept - 1] as Change);
      if (next > MAX_BYTES) break;
      bytes = next;
      kept -= 1;
    }
    this.#changes = this.#changes.slice(kept);
    this.#bytes = bytes;
  }
}

/** What the texts and lists of a change take, at two bytes for each character. */
function bytesOf({ image, before }: Change): number {
  return OVERHEAD_BYTES + 2 * (charactersOf(image) + charactersOf(before));
}

function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let characters = 0;
  for (const part of Object.values(value)) characters += charactersOf(part);
  return characters;
}
