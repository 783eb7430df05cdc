import { Group, type GroupParts } from './group.ts';

interface Entry {
  readonly key: string;
  readonly group: Group;
  holders: number;
}

/** The group of a follower, until it leaves. */
export interface EnteredGroup {
  readonly group: Group;
  /** Whether others belong to it, too. */
  readonly isShared: () => boolean;
  readonly leave: () => void;
}

/** Keeps one group for each key for as long as a follower belongs to it. */
export class Groups {
  readonly #entries = new Map<string, Entry>();

  /** How many groups there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Enters the group of a key, and makes it if there is none. */
  enter(key: string, parts: () => GroupParts): EnteredGroup {
    const entry = this.#entries.get(key) ?? { key, group: new Group(parts()), holders: 0 };
    this.#entries.set(key, entry);
    entry.holders += 1;
    let isIn = true;
    return {
      group: entry.group,
      isShared: () => entry.holders > 1,
      leave: () => {
        if (!isIn) return;
        isIn = false;
        entry.holders -= 1;
        if (entry.holders === 0) this.#entries.delete(entry.key);
      },
    };
  }
}
