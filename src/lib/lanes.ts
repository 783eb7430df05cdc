/** Items that wait in lanes. They are taken from each lane in turn, and within a lane in order. */
export class Lanes<Item> {
  /** A lane that has had its turn goes to the end; empty ones are not kept. */
  readonly #lanes = new Map<string, Item[]>();

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  add(lane: string, item: Item): void {
    const items = this.#lanes.get(lane) ?? [];
    items.push(item);
    this.#lanes.set(lane, items);
  }

  /** Takes what is next; undefined if nothing waits. */
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
