/** Queues of items, one for each lane. Items are taken from the lanes in turn, and within a lane in order. */
export class Lanes<Item> {
  /** A lane goes to the end after its turn; empty lanes are removed. */
  readonly #lanes = new Map<string, Item[]>();

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  add(lane: string, item: Item): void {
    const items = this.#lanes.get(lane) ?? [];
    items.push(item);
    this.#lanes.set(lane, items);
  }

  /** Takes the next item; undefined if none waits. */
  take(): Item | undefined {
    for (const [lane, items] of this.#lanes) {
      const item = items.shift();
      this.#lanes.delete(lane);
      if (items.length > 0) this.#lanes.set(lane, items);
      return item;
    }
    return undefined;
  }
}
