/** Chance that can be repeated: the same seed gives the same throws. */
export class Dice {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = seed;
  }

  /** Dice for one actor. What it throws does not depend on how often the others have thrown. */
  of(actor: string): Dice {
    let hash = this.#seed;
    for (const character of actor) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    return new Dice(hash >>> 0);
  }

  /** A number from 0 to just below 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  isLucky(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** All of a list in an order by chance. */
  shuffled<Item>(list: readonly Item[]): Item[] {
    const rest = [...list];
    return list.flatMap(() => rest.splice(this.between(0, rest.length - 1), 1));
  }

  /** One of a list; undefined if it is empty. */
  pick<Item>(list: readonly Item[]): Item | undefined {
    return list[Math.floor(this.fraction() * list.length)];
  }
}
