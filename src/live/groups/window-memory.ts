import { LRUCache } from 'lru-cache';

/** So much a node keeps for all its windows. */
const MAX_BYTES = 64 * 1_024 * 1_024;

/** An owner of memory that can free it. */
interface Forgetful {
  forget(): void;
}

/** Bounds the memory of all windows of a node: the one that was asked least recently forgets its rows, and reads them again. */
export class WindowMemory {
  readonly #kept: LRUCache<Forgetful, Forgetful>;

  constructor(maxBytes = MAX_BYTES) {
    this.#kept = new LRUCache<Forgetful, Forgetful>({
      maxSize: maxBytes,
      dispose: (window, _key, reason) => {
        if (reason === 'evict') window.forget();
      },
    });
  }

  /** The approximate memory of all windows. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** Says how much a window takes now. */
  keep(window: Forgetful, bytes: number): void {
    this.release(window);
    this.#kept.set(window, window, { size: Math.max(1, bytes) });
  }

  /** The window takes nothing any more. */
  release(window: Forgetful): void {
    this.#kept.delete(window);
  }
}
