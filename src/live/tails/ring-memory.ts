/** A ring whose changes can be dropped: they are read from the log then. */
export interface DroppableRing {
  readonly bytes: number;
  drop(): void;
}

/**
 * Bounds the bytes of the rings of a node together: with thousands of feeds, the bound of each would not bound the node.
 * Beyond the limit the rings that were used least recently are dropped. The one in use stays, and has a bound of its own.
 */
export class RingMemory {
  readonly #maxBytes: number;
  /** The bytes of each ring at its last use, the least recently used first. */
  readonly #rings = new Map<DroppableRing, number>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The bytes of all rings. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Notes that a ring was read or has grown. */
  use(ring: DroppableRing): void {
    this.forget(ring);
    this.#rings.set(ring, ring.bytes);
    this.#bytes += ring.bytes;
    for (const [oldest] of this.#rings) {
      if (this.#bytes <= this.#maxBytes || oldest === ring) return;
      this.forget(oldest);
      oldest.drop();
    }
  }

  /** Counts a ring no more: its tail is closed, or it is empty. */
  forget(ring: DroppableRing): void {
    this.#bytes -= this.#rings.get(ring) ?? 0;
    this.#rings.delete(ring);
  }
}
