import { type LiveNodes, type NodeFacts, nodesOf } from '../../core/feeds/node-facts.ts';
import type { Clock } from '../../core/process/clock.ts';
import type { LeasedSets } from '../../signals/leased-sets.ts';
import type { Members } from '../../signals/set-store.ts';

export interface NodeBeaconParts {
  readonly sets: Pick<LeasedSets, 'node' | 'put' | 'remove' | 'read' | 'latest'>;
  readonly clock: Clock;
  /** The time between two beats. */
  readonly beatMs: number;
}

/** The part that the node finds out about itself at each beat. */
export type OwnFacts = Omit<NodeFacts, 'id' | 'since'>;

/**
 * Tells all nodes how this one is, as a member of the leased set of nodes. A beat is numbered, so that each is a change of
 * the set: those who watch the nodes look again, also at what is in no set. A node that is killed ends with its lease.
 */
export class NodeBeacon implements LiveNodes {
  readonly #parts: NodeBeaconParts;
  #facts: (() => OwnFacts) | null = null;
  #since = '';
  #beating: NodeJS.Timeout | null = null;
  #beats = 0;

  constructor(parts: NodeBeaconParts) {
    this.#parts = parts;
  }

  /** Tells what `facts` gives, now and at each beat. */
  start(facts: () => OwnFacts): void {
    this.#facts = facts;
    this.#since = this.#parts.clock.now().toISOString();
    this.#beating = setInterval(() => this.tell(), this.#parts.beatMs).unref();
    this.tell();
  }

  /** Tells it now, because something has changed that others should know before the next beat. */
  tell(): void {
    if (!this.#facts) return;
    const { sets } = this.#parts;
    this.#beats += 1;
    const told = { id: sets.node, since: this.#since, ...this.#facts(), beat: this.#beats };
    sets.put(nodesOf(), sets.node, JSON.stringify(told));
  }

  async all(): Promise<readonly NodeFacts[]> {
    return nodesIn(await this.#parts.sets.read(nodesOf()));
  }

  async latest(): Promise<readonly NodeFacts[]> {
    return nodesIn(await this.#parts.sets.latest(nodesOf()));
  }

  /** Takes the node out of the set: one that stops in order is gone immediately. */
  stop(): void {
    if (this.#beating) clearInterval(this.#beating);
    this.#facts = null;
    this.#parts.sets.remove(nodesOf(), this.#parts.sets.node);
  }
}

/** The nodes of a set, the oldest first. One that cannot be read, e.g. of another release, is left out. */
function nodesIn(members: Members): NodeFacts[] {
  return [...members.values()].flatMap(readNode).toSorted(byAge);
}

function byAge(a: NodeFacts, b: NodeFacts): number {
  return `${a.since} ${a.id}` < `${b.since} ${b.id}` ? -1 : 1;
}

function readNode(value: string): NodeFacts[] {
  try {
    return [JSON.parse(value) as NodeFacts];
  } catch {
    return [];
  }
}
