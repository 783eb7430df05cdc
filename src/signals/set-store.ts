/** A member of a leased set, as its node puts it. */
export interface Member {
  readonly value: string;
  /** The time after which it ends although its node lives. Null: it lasts as long as its node. */
  readonly lastsMs: number | null;
}

/** The members of a set on all nodes, by name. */
export type Members = ReadonlyMap<string, string>;

/** The content of a set at one moment. */
export interface SetContent {
  readonly members: Members;
  /** The time until the next member ends by itself; null if none does. */
  readonly nextEndMs: number | null;
}

/**
 * The shared state of signals: sets of members by name, in which each node holds members of its own. What a node holds
 * ends with its lease unless it is renewed, so nothing of a killed node stays. A member is put again and again with
 * another value; no number is ever incremented, so none can drift.
 */
export interface SetStore {
  /** Puts members of a node, and prolongs what the node holds in the set. */
  put(set: string, node: string, members: ReadonlyMap<string, Member>, leaseMs: number): Promise<void>;
  /** Removes members of a node. */
  remove(set: string, node: string, names: readonly string[]): Promise<void>;
  /**
   * Prolongs what a node holds, given as the number of its members by set, and returns the sets in which the store has
   * another number: the node puts these again.
   */
  renew(held: ReadonlyMap<string, number>, node: string, leaseMs: number): Promise<string[]>;
  /** Removes what a node holds in a set and does not name. */
  keepOnly(set: string, node: string, names: ReadonlySet<string>): Promise<void>;
  /** Lets everything that a node holds end after a time. */
  linger(sets: readonly string[], node: string, lingerMs: number): Promise<void>;
  read(set: string): Promise<SetContent>;
}
