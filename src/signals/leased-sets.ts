import { v4 as uuidv4 } from 'uuid';
import type { SendSignal, Signal } from '../core/feeds/signal.ts';
import type { Clock } from '../core/process/clock.ts';
import type { Log } from '../core/process/log.ts';
import type { Member, Members, SetStore } from './set-store.ts';
import { SharedReads } from './shared-reads.ts';
import { WatchedSet } from './watched-set.ts';

export interface LeasedSetsParts {
  readonly store: SetStore;
  /** Tells other nodes of a change, at most once. */
  readonly send: SendSignal;
  readonly listen: (feed: string, heard: (signal: Signal) => void) => () => void;
  readonly clock: Clock;
  /** The time after which nothing of a killed node is left, for those who watch, too. */
  readonly leaseMs: number;
  /** The shortest time between two reads of a watched set. */
  readonly pauseMs?: number;
  readonly log: Log;
}

/** A member that this node holds. */
interface Held {
  readonly value: string;
  /** When it ends by itself, by the clock of this node; null if it does not. */
  readonly endsAt: number | null;
}

/**
 * A node beats four times in a lease. What it holds ends three beats after its last one, and who watches notices it by
 * the fourth. So a node may miss two beats.
 */
export const BEATS_PER_LEASE = 4;
const BEATS_HELD = 3;
const PAUSE_MS = 1_000;
/** Changes of this time are written together. */
const GATHER_MS = 20;

/**
 * The shared state of signals on one node: leased sets that all nodes read, e.g. who is connected. Members are written
 * together, soon after they change. Nothing waits for the store, and while it is unavailable the node knows its own
 * members. At each beat the node prolongs what it holds, in one request for all sets, and writes again what the store has
 * lost or never received.
 */
export class LeasedSets {
  readonly node = uuidv4();
  readonly #parts: LeasedSetsParts;
  readonly #held = new Map<string, Map<string, Held>>();
  /** The names that changed since the last write, by set. */
  readonly #changed = new Map<string, Set<string>>();
  /** The sets of which a write failed: the store may have members that ended. */
  readonly #spoilt = new Set<string>();
  readonly #watched = new Map<string, { readonly set: WatchedSet; readonly stop: () => void }>();
  readonly #reads = new SharedReads((set) => this.#read(set));
  readonly #beating: NodeJS.Timeout;
  readonly #heldMs: number;
  #gathering: NodeJS.Timeout | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: LeasedSetsParts) {
    this.#parts = parts;
    const beatMs = parts.leaseMs / BEATS_PER_LEASE;
    this.#heldMs = Math.ceil(beatMs * BEATS_HELD);
    this.#beating = setInterval(() => void this.beat(), beatMs).unref();
  }

  /** Puts a member, or changes its value. With `lastsMs` it ends by itself. */
  put(set: string, name: string, value: string, lastsMs: number | null = null): void {
    const held = this.#held.get(set) ?? new Map<string, Held>();
    this.#held.set(set, held);
    held.set(name, { value, endsAt: lastsMs === null ? null : this.#now + lastsMs });
    this.#note(set, name);
  }

  /** Removes a member of this node. */
  remove(set: string, name: string): void {
    const held = this.#held.get(set);
    if (!held?.delete(name)) return;
    if (held.size === 0) this.#held.delete(set);
    this.#note(set, name);
  }

  /** The members of a set on all nodes at this moment; of this node only, while the store is unavailable. */
  read(set: string): Promise<Members> {
    return this.#reads.of(set);
  }

  /** The members of a set that is watched, as they were last read; of any other set, those of this moment. */
  latest(set: string): Promise<Members> {
    return this.#watched.get(set)?.set.members() ?? this.read(set);
  }

  /** Calls back after each change of a set on any node, until the returned function is called. */
  watch(set: string, onChange: () => void): () => void {
    const watched = this.#watched.get(set) ?? this.#open(set);
    const stop = watched.set.watch(onChange);
    return () => {
      stop();
      if (watched.set.isWatched || this.#watched.get(set) !== watched) return;
      this.#watched.delete(set);
      watched.stop();
    };
  }

  /** Prolongs what this node holds, writes again what was lost, and reads again what is watched. */
  async beat(): Promise<void> {
    const { store, log } = this.#parts;
    this.#forgetEnded();
    const renewal = this.#inTurn(async () => {
      // The store has these numbers after the write: what changes during it is written later.
      const held = new Map([...this.#held].map(([set, members]) => [set, members.size]));
      await this.#write();
      const lost = await store.renew(held, this.node, this.#heldMs);
      for (const set of new Set([...lost, ...this.#spoilt])) await this.#writeAnew(set);
    });
    await renewal.catch((error: Error) => log.debug({ err: error }, 'leases not renewed: store unavailable'));
    for (const { set } of this.#watched.values()) set.note();
  }

  /** Stops. What this node holds ends after `lingerMs`, in which its clients may reach another node. */
  async stop(lingerMs: number): Promise<void> {
    clearInterval(this.#beating);
    for (const { set, stop } of this.#watched.values()) {
      set.stop();
      stop();
    }
    this.#watched.clear();
    await this.#written().catch(() => {});
    await this.#parts.store.linger([...this.#held.keys()], this.node, lingerMs).catch(() => {});
  }

  async #read(set: string): Promise<Members> {
    try {
      await this.#written();
      return (await this.#parts.store.read(set)).members;
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'members of this node known only: store unavailable');
      return new Map(this.#own(set));
    }
  }

  get #now(): number {
    return this.#parts.clock.now().getTime();
  }

  /** The members that this node holds. */
  #own(set: string): [string, string][] {
    const living = [...(this.#held.get(set) ?? [])].filter(([, { endsAt }]) => !this.#isOver(endsAt));
    return living.map(([name, { value }]) => [name, value]);
  }

  #isOver(endsAt: number | null): boolean {
    return endsAt !== null && endsAt <= this.#now;
  }

  #note(set: string, name: string): void {
    const names = this.#changed.get(set) ?? new Set<string>();
    this.#changed.set(set, names.add(name));
    this.#gathering ??= setTimeout(() => void this.#written().catch(() => {}), GATHER_MS).unref();
  }

  /** Writes what has changed; done when all that changed before this call is written. Throws if it is not. */
  #written(): Promise<void> {
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    return this.#inTurn(() => this.#write());
  }

  /** Does one work after the other, so that the store has the members in the order of their changes. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#working.catch(() => {}).then(work);
    this.#working = done;
    // A failure is thrown to those who wait, and otherwise repaired by the next beat.
    done.catch(() => {});
    return done;
  }

  async #write(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [set, names] of changed) {
      try {
        const put = new Map([...names].flatMap((name) => this.#memberOf(set, name)));
        if (put.size > 0) await this.#parts.store.put(set, this.node, put, this.#heldMs);
        const gone = [...names].filter((name) => !put.has(name));
        if (gone.length > 0) await this.#parts.store.remove(set, this.node, gone);
      } catch (error) {
        for (const [spoilt] of changed) this.#spoilt.add(spoilt);
        throw error;
      } finally {
        this.#tell(set);
      }
    }
  }

  async #writeAnew(set: string): Promise<void> {
    const { store } = this.#parts;
    const held = this.#held.get(set) ?? new Map<string, Held>();
    await store.keepOnly(set, this.node, new Set(held.keys()));
    const put = new Map([...held.keys()].flatMap((name) => this.#memberOf(set, name)));
    if (put.size > 0) await store.put(set, this.node, put, this.#heldMs);
    this.#spoilt.delete(set);
    this.#tell(set);
  }

  #memberOf(set: string, name: string): [string, Member][] {
    const held = this.#held.get(set)?.get(name);
    if (!held) return [];
    return [[name, { value: held.value, lastsMs: held.endsAt && Math.max(held.endsAt - this.#now, 1) }]];
  }

  #tell(set: string): void {
    this.#watched.get(set)?.set.note();
    this.#parts.send({ feed: feedOf(set), name: 'setChanged', key: set, value: this.node });
  }

  #forgetEnded(): void {
    for (const [set, held] of [...this.#held]) {
      for (const [name, { endsAt }] of [...held]) if (this.#isOver(endsAt)) this.remove(set, name);
    }
  }

  #open(name: string) {
    const { store, listen, pauseMs = PAUSE_MS } = this.#parts;
    const set = new WatchedSet({
      read: async () => {
        await this.#written();
        return store.read(name);
      },
      own: () => this.#own(name),
      pauseMs,
    });
    const isOther = ({ value }: Signal) => value !== this.node;
    const watched = { set, stop: listen(feedOf(name), (signal) => isOther(signal) && set.note()) };
    this.#watched.set(name, watched);
    return watched;
  }
}

function feedOf(set: string): string {
  return `sets:${set}`;
}
