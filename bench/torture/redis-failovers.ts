import { setTimeout as pause } from 'node:timers/promises';
import type { ServerProcess } from '../support/server-process.ts';
import type { Neighbour } from './neighbour.ts';
import { NodeLogs } from './node-logs.ts';
import { redisStateAt } from './node-states.ts';
import { RedisNames } from './redis-names.ts';
import type { RedisPair } from './redis-pair.ts';
import { guessUntilRefused } from './shared-limit.ts';
import type { TemporaryReader } from './temporary-reader.ts';
import type { Verdict } from './verdict.ts';

/** A node checks its Redis every five seconds if it writes nothing; the rest is for a busy machine. */
const PATIENCE_MS = 60_000;
const SETTLING_MS = 10_000;
const LOOK_MS = 50;
/** A busy machine may leave a single count without an answer in time, and a node then counts alone for a moment. */
const MAX_GUESSINGS = 5;
const MAX_LATE_FAILOVERS = 3;
const INSTALLATIONS = 2;

export interface RedisFailoverParts {
  readonly pair: RedisPair;
  /** The nodes whose counters are shared. */
  readonly nodes: readonly ServerProcess[];
  /** The other installation on the same Redis. */
  readonly neighbour: Neighbour;
  readonly readers: readonly TemporaryReader[];
}

/**
 * The failovers of a Redis that two installations share, and what became of them: whether the nodes notice and return,
 * whether limits hold, and whether an installation sees what the other has in Redis.
 */
export class RedisFailovers {
  readonly names = new RedisNames();
  /** The number of nodes that reported a failover and came back from it. */
  returned = 0;
  /** The number of nodes that said meanwhile that they have no Redis. */
  degraded = 0;
  /** The number of failovers after which the nodes were seen to count together. */
  bounded = 0;
  #unnoticed = 0;
  #stranded = 0;
  #unbounded = 0;
  readonly #parts: RedisFailoverParts;
  readonly #logs: NodeLogs;
  readonly #readers: Iterator<TemporaryReader>;

  constructor(parts: RedisFailoverParts) {
    this.#parts = parts;
    this.#logs = new NodeLogs([...parts.nodes, parts.neighbour.node]);
    this.#readers = parts.readers.values();
  }

  /** The faults that were found. */
  get conduct(): Pick<Verdict, 'unnoticed' | 'stranded' | 'unbounded' | 'crossed'> {
    const crossed = this.#logs.forged + this.names.unmarked.size;
    return { unnoticed: this.#unnoticed, stranded: this.#stranded, unbounded: this.#unbounded, crossed };
  }

  /** Exchanges primary and replica, withdraws a permission meanwhile, and waits until all nodes are back. */
  async failOver(): Promise<void> {
    const { pair, nodes, neighbour } = this.#parts;
    const reader = this.#readers.next().value as TemporaryReader | undefined;
    await reader?.readsNotes();
    const connected = await settled([...nodes, neighbour.node]);
    await Promise.all([...connected.map((node) => this.#watch(node)), pair.failOver(), reader?.withdraw()]);
    this.#stranded += await this.#strandedInTheEnd();
    await this.#guess();
    await this.names.look(pair.primary);
  }

  /** Repeats failovers while all nodes run, if none has shown so far that they count together; looks at all names. */
  async complete(): Promise<number> {
    let failovers = 0;
    for (; this.bounded === 0 && failovers < MAX_LATE_FAILOVERS; failovers += 1) await this.failOver();
    const deadline = Date.now() + SETTLING_MS;
    do {
      await this.names.look(this.#parts.pair.primary);
      await pause(LOOK_MS);
    } while (this.names.ofChannels.size < INSTALLATIONS && Date.now() < deadline);
    return failovers;
  }

  /** A node that is ended meanwhile shows nothing. */
  async #watch(node: ServerProcess): Promise<void> {
    const { life } = node;
    const losses = this.#logs.redisLosses(node);
    const deadline = Date.now() + PATIENCE_MS;
    let wasDegraded = false;
    while (Date.now() < deadline) {
      const state = await redisStateAt(node.url);
      if (life.signal) return;
      if (state === 'down' && !wasDegraded) {
        wasDegraded = true;
        this.degraded += 1;
      }
      if (state === 'up' && this.#logs.redisLosses(node) > losses) {
        this.returned += 1;
        return;
      }
      await pause(LOOK_MS);
    }
    this.#unnoticed += 1;
  }

  async #strandedInTheEnd(): Promise<number> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const stranded = await this.#parts.pair.stranded();
      if (stranded === 0 || Date.now() > deadline) return stranded;
      await pause(LOOK_MS);
    }
  }

  async #guess(): Promise<void> {
    const { nodes } = this.#parts;
    let exceeded = 0;
    for (let guessing = 0; guessing < MAX_GUESSINGS; guessing += 1) {
      const connected = await whereRedisIsUp(nodes);
      if (connected.length < nodes.length) return;
      const guessed = await guessUntilRefused(connected.map(({ url }) => url));
      if (guessed === 'HELD') {
        this.bounded += 1;
        return;
      }
      if (guessed === 'EXCEEDED') exceeded += 1;
    }
    if (exceeded > 1) this.#unbounded += 1;
  }
}

/** The nodes that have a Redis, once all that run have come back from what was broken before, or the time for it is over. */
async function settled(nodes: readonly ServerProcess[]): Promise<ServerProcess[]> {
  const deadline = Date.now() + SETTLING_MS;
  for (;;) {
    const connected = await whereRedisIsUp(nodes);
    if (connected.length >= nodes.filter(({ isUp }) => isUp).length || Date.now() > deadline)
      return connected;
    await pause(LOOK_MS);
  }
}

async function whereRedisIsUp(nodes: readonly ServerProcess[]): Promise<ServerProcess[]> {
  const states = await Promise.all(nodes.map(({ url }) => redisStateAt(url)));
  return nodes.filter((_, index) => states[index] === 'up');
}
