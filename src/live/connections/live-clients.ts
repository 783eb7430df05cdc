import type { LiveConnection, LiveConnections } from '../../core/feeds/live-connection.ts';
import { connectionsOf } from '../../core/feeds/live-connection.ts';
import type { SendSignal, Signal } from '../../core/feeds/signal.ts';
import type { Clock } from '../../core/process/clock.ts';
import type { Disconnection } from '../../core/rows/change.ts';
import type { LeasedSets } from '../../signals/leased-sets.ts';
import type { Members } from '../../signals/set-store.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Typists } from './typists.ts';

export interface LiveClientsParts {
  readonly sets: Pick<LeasedSets, 'node' | 'put' | 'remove' | 'read' | 'latest'>;
  readonly send: SendSignal;
  readonly listen: (feed: string, heard: (signal: Signal) => void) => () => void;
  readonly typists: Pick<Typists, 'left'>;
  readonly clock: Clock;
  /** The time in which a client that left may come back without anyone noticing. */
  readonly graceMs: number;
}

/** A connection of this node. */
interface Entry {
  readonly connection: ClientConnection;
  readonly since: string;
  /** The set in which it is, and what is said of it there. */
  told: { readonly set: string; readonly live: LiveConnection } | null;
}

/** The signals of what clients say of themselves, for all nodes. */
const CLIENTS = 'clients';
/** A choice outlives every token, and with each token the connection reads it from the database. */
const CHOICE_MS = 24 * 3_600_000;
const CHOICE = 'choice:';

/**
 * Tells all nodes of the connections of this one, in a leased set for each level: who is connected, since when, and what
 * is subscribed to. A connection that closes stays as one that has left for a grace time, so a client that reconnects,
 * on whatever node, is never missing; one that the server ended for want of rights, or for an administrator, stays for no
 * time.
 */
export class LiveClients implements LiveConnections {
  readonly #parts: LiveClientsParts;
  readonly #entries = new Map<string, Entry>();
  readonly #stopListening: () => void;

  constructor(parts: LiveClientsParts) {
    this.#parts = parts;
    this.#stopListening = parts.listen(CLIENTS, (signal) => this.#hear(signal));
  }

  /** Shows a signed-in connection to all nodes until the returned function is called. */
  add(connection: ClientConnection): () => void {
    const since = this.#entries.get(connection.id)?.since ?? this.#parts.clock.now().toISOString();
    const entry: Entry = { connection, since, told: null };
    this.#entries.set(connection.id, entry);
    const update = () => this.#put(entry);
    const undo = [connection.onViewerChange(update), connection.onStateChange(update)];
    update();
    return () => {
      for (const step of undo) step();
      // It was registered again meanwhile, with a newer token.
      if (this.#entries.get(connection.id) !== entry) return;
      this.#entries.delete(connection.id);
      this.#leave(entry);
      this.#parts.typists.left(connection.id);
    };
  }

  /** The number of signed-in connections of this node. */
  get count(): number {
    return this.#entries.size;
  }

  async of(feed: string): Promise<readonly LiveConnection[]> {
    return connectionsIn(await this.#parts.sets.read(connectionsOf(feed)));
  }

  async latest(feed: string): Promise<readonly LiveConnection[]> {
    return connectionsIn(await this.#parts.sets.latest(connectionsOf(feed)));
  }

  setAwayOn(sessionId: string, isAway: boolean): void {
    this.#parts.send({ feed: CLIENTS, name: 'away', key: sessionId, value: isAway });
  }

  /** The choice itself is in the set, too: a node that misses the signal shows no one who wants to be seen by no one. */
  setInvisible(feed: string, userId: string, isInvisible: boolean, chosenAt: Date): void {
    const { sets } = this.#parts;
    // A name for each node: a member is of one node only.
    const name = `${CHOICE}${userId}:${sets.node}`;
    sets.put(connectionsOf(feed), name, `${chosenAt.getTime()} ${isInvisible}`, CHOICE_MS);
    this.#parts.send({ feed: CLIENTS, name: 'invisible', key: userId, value: isInvisible });
  }

  /** Ends the connections of a user on this node, which shows the words to its clients. */
  disconnect({ user, reason }: Disconnection): void {
    for (const { connection } of [...this.#entries.values()]) {
      if (connection.viewer?.userId === user) connection.end('DISCONNECTED', reason);
    }
  }

  /** Stops to listen. */
  stop(): void {
    this.#stopListening();
  }

  #hear({ name, key, value }: Signal): void {
    for (const { connection } of [...this.#entries.values()]) {
      if (name === 'away' && connection.sessionId === key) connection.setAway(value === true);
      if (name === 'invisible' && connection.viewer?.userId === key) connection.setInvisible(value === true);
    }
  }

  #put(entry: Entry): void {
    const { connection, since, told } = entry;
    const { viewer, state, id } = connection;
    if (!viewer) return;
    const set = connectionsOf(viewer.homeFeed);
    if (told && told.set !== set) this.#parts.sets.remove(told.set, id);
    const { userId, role, tenantId, organizationId, customerId, apiToken } = viewer;
    const { isAway, isInvisible } = state;
    const about = { id, userId, role, tenantId, organizationId, customerId, since };
    const topics = Object.fromEntries(state.topics);
    const live: LiveConnection = {
      ...about,
      isProgram: apiToken !== null,
      isAway,
      isInvisible,
      hasLeft: false,
      topics,
    };
    entry.told = { set, live };
    this.#parts.sets.put(set, id, JSON.stringify(live));
  }

  #leave({ connection, told }: Entry): void {
    if (!told) return;
    const { set, live } = told;
    const { graceMs } = this.#parts;
    if (isSentAway(connection) || graceMs === 0) this.#parts.sets.remove(set, live.id);
    else {
      const left: LiveConnection = { ...live, hasLeft: true, topics: {} };
      this.#parts.sets.put(set, live.id, JSON.stringify(left), graceMs);
    }
  }
}

/** Whether the server has ended a connection for a reason for which its client does not come back by itself. */
function isSentAway({ endReason }: ClientConnection): boolean {
  return endReason === 'RIGHTS_WITHDRAWN' || endReason === 'DISCONNECTED';
}

/** The connections of members that were read, as long as someone has the members: many viewers look at the same. */
const read = new WeakMap<Members, readonly LiveConnection[]>();

function connectionsIn(members: Members): readonly LiveConnection[] {
  const connections = read.get(members) ?? readConnections(members);
  read.set(members, connections);
  return connections;
}

/** Reads the connections of a set under the latest choices of their users. What cannot be read is left out. */
function readConnections(members: Members): LiveConnection[] {
  const choices = new Map<string, { readonly at: number; readonly isInvisible: boolean }>();
  for (const [name, value] of members) {
    if (!name.startsWith(CHOICE)) continue;
    const [userId = ''] = name.slice(CHOICE.length).split(':');
    const [at, isInvisible] = value.split(' ');
    if (Number(at) < (choices.get(userId)?.at ?? 0)) continue;
    choices.set(userId, { at: Number(at), isInvisible: isInvisible === 'true' });
  }
  return [...members].flatMap(([name, value]) => {
    const live = name.startsWith(CHOICE) ? null : readConnection(value);
    return live ? [{ ...live, ...pick(choices.get(live.userId)) }] : [];
  });
}

function pick(choice: { readonly isInvisible: boolean } | undefined): Partial<LiveConnection> {
  return choice ? { isInvisible: choice.isInvisible } : {};
}

function readConnection(value: string): LiveConnection | null {
  try {
    return JSON.parse(value) as LiveConnection;
  } catch {
    return null;
  }
}
