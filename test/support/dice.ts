/** Repeatable random choices: the same seed leads to the same ones. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from zero up to, but not including, `end`. */
  below(end: number): number {
    // mulberry32: small, and good enough to choose documents with.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  /** True in `percent` of a hundred throws. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of a list that is not empty. */
  pick<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)] as Item;
  }

  /** Between one and `max` different ones of a list that is not empty, in their order. */
  some<Item>(list: readonly Item[], max: number): Item[] {
    return this.many(list, 1 + this.below(Math.min(max, list.length)));
  }

  /** As many different ones of a list as are wanted, in their order. */
  many<Item>(list: readonly Item[], wanted: number): Item[] {
    const left = new Set(list.keys());
    while (left.size > wanted) left.delete(this.pick([...left]));
    return [...left].map((index) => list[index] as Item);
  }
}
