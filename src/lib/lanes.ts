/** Queues of items, one for each lane. Items are taken from the lanes in turn, and within a lane in order. */
export class Lanes<Item> {
  /** A lane goes to the end after its turn; empty lanes are removed. */
  readonly #lanes = new Map<string, Item[]>();

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** The number of items of all lanes. */
  get size(): number {
    return [...this.#lanes.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** The number of items of a lane. */
  countOf(lane: string): number {
    return this.#lanes.get(lane)?.length ?? 0;
  }

  add(lane: string, item: Item): void {
    const items = this.#lanes.get(lane) ?? [];
    items.push(item);
    this.#lanes.set(lane, items);
  }

  /** Takes the next item that may be taken; undefined if there is none. A lane that is passed over keeps its turn. */
  take(mayTake: (lane: string, item: Item) => boolean = () => true): Item | undefined {
    for (const [lane, items] of this.#lanes) {
      const [item] = items;
      if (item === undefined || !mayTake(lane, item)) continue;
      items.shift();
      this.#lanes.delete(lane);
      if (items.length > 0) this.#lanes.set(lane, items);
      return item;
    }
    return undefined;
  }

  /** Removes an item that is not to be taken; its lane keeps its turn. */
  remove(lane: string, item: Item): void {
    const others = (this.#lanes.get(lane) ?? []).filter((other) => other !== item);
    if (others.length > 0) this.#lanes.set(lane, others);
    else this.#lanes.delete(lane);
  }
}
