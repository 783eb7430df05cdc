import type { Clock } from '../core/process/clock.ts';
import type { Member, SetContent, SetStore } from './set-store.ts';

/** The members that one node holds in one set. */
interface Holding {
  endsAt: number;
  readonly members: Map<string, { readonly value: string; readonly endsAt: number | null }>;
}

/** Keeps leased sets in the process, for a single node without Redis. */
export class MemorySetStore implements SetStore {
  readonly #clock: Clock;
  readonly #sets = new Map<string, Map<string, Holding>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async put(set: string, node: string, members: ReadonlyMap<string, Member>, leaseMs: number): Promise<void> {
    const now = this.#now;
    const nodes = this.#sets.get(set) ?? new Map<string, Holding>();
    this.#sets.set(set, nodes);
    const holding = this.#living(nodes, node) ?? { endsAt: 0, members: new Map() };
    nodes.set(node, holding);
    holding.endsAt = now + leaseMs;
    for (const [name, { value, lastsMs }] of members)
      holding.members.set(name, { value, endsAt: lastsMs === null ? null : now + lastsMs });
  }

  async remove(set: string, node: string, names: readonly string[]): Promise<void> {
    const nodes = this.#sets.get(set);
    const holding = nodes?.get(node);
    for (const name of names) holding?.members.delete(name);
    if (holding?.members.size === 0) nodes?.delete(node);
    if (nodes?.size === 0) this.#sets.delete(set);
  }

  async renew(held: ReadonlyMap<string, number>, node: string, leaseMs: number): Promise<string[]> {
    const lost: string[] = [];
    for (const [set, size] of held) {
      const holding = this.#living(this.#sets.get(set), node);
      if (holding?.members.size === size) holding.endsAt = this.#now + leaseMs;
      else lost.push(set);
    }
    return lost;
  }

  async keepOnly(set: string, node: string, names: ReadonlySet<string>): Promise<void> {
    const others = [...(this.#sets.get(set)?.get(node)?.members.keys() ?? [])].filter(
      (name) => !names.has(name),
    );
    await this.remove(set, node, others);
  }

  async linger(sets: readonly string[], node: string, lingerMs: number): Promise<void> {
    for (const set of sets) {
      const holding = this.#sets.get(set)?.get(node);
      if (holding) holding.endsAt = this.#now + lingerMs;
    }
  }

  async read(set: string): Promise<SetContent> {
    const now = this.#now;
    const nodes = this.#sets.get(set) ?? new Map<string, Holding>();
    const members = new Map<string, string>();
    const ends: number[] = [];
    for (const node of [...nodes.keys()]) {
      for (const [name, { value, endsAt }] of this.#living(nodes, node)?.members ?? []) {
        if (endsAt !== null && endsAt <= now) continue;
        members.set(name, value);
        if (endsAt !== null) ends.push(endsAt - now);
      }
    }
    return { members, nextEndMs: ends.length > 0 ? Math.min(...ends) : null };
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }

  /** The holding of a node; undefined once its lease has ended. */
  #living(nodes: Map<string, Holding> | undefined, node: string): Holding | undefined {
    const holding = nodes?.get(node);
    if (!holding || holding.endsAt > this.#now) return holding;
    nodes?.delete(node);
    return undefined;
  }
}
