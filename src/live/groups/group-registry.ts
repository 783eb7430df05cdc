import { Group, type GroupParts } from './group.ts';

interface Entry {
  readonly key: string;
  readonly group: Group;
  holders: number;
}

/** A subscription's hold on its group. */
export interface EnteredGroup {
  readonly group: Group;
  /** Whether other subscriptions hold the group, too. */
  readonly isShared: () => boolean;
  readonly leave: () => void;
}

/** Keeps one group for each key, for as long as a subscription holds it. */
export class GroupRegistry {
  readonly #entries = new Map<string, Entry>();

  /** The number of groups. */
  get size(): number {
    return this.#entries.size;
  }

  /** Enters the group of a key. Makes the group if there is none. */
  enter(key: string, parts: () => GroupParts): EnteredGroup {
    const entry = this.#entries.get(key) ?? { key, group: new Group(parts()), holders: 0 };
    this.#entries.set(key, entry);
    entry.holders += 1;
    let hasLeft = false;
    return {
      group: entry.group,
      isShared: () => entry.holders > 1,
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        entry.holders -= 1;
        if (entry.holders > 0) return;
        this.#entries.delete(entry.key);
        entry.group.close();
      },
    };
  }
}
