import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../support/dice.ts';
import type { Life, ServerProcess } from '../support/server-process.ts';
import { ServiceTime } from './service-time.ts';

const PROBE_MS = 100;
const PATIENCE_MS = 1_000;

/** The health of a node by its answer; `GONE` is no answer. */
type Health = 'READY' | 'DRAINING' | 'UNREADY' | 'GONE';

/**
 * The load balancer: it asks each node ten times a second whether it is ready, and sends every request and every
 * connection to a ready one by chance, whichever client it serves. If none is ready it tries any that runs.
 */
export class Balancer {
  /** The number of stops before which the node announced that it was about to stop. */
  announced = 0;
  /** The number of answers of a node that it is ready, after it had announced that it was about to stop. */
  misled = 0;
  /** The time in which at least one node was ready. */
  readonly service = new ServiceTime();
  readonly #nodes: readonly ServerProcess[];
  readonly #ready = new Set<ServerProcess>();
  readonly #draining = new WeakSet<Life>();

  constructor(nodes: readonly ServerProcess[]) {
    this.#nodes = nodes;
  }

  /** Chooses a node for a request or connection; waits while no node runs. */
  async pick(dice: Dice): Promise<ServerProcess> {
    for (;;) {
      const ready = this.#nodes.filter((node) => this.#ready.has(node));
      const node = dice.pick(ready) ?? dice.pick(this.#nodes.filter(({ isUp }) => isUp));
      if (node) return node;
      await Promise.race(this.#nodes.map((down) => down.up()));
    }
  }

  /** Asks the nodes until the run is over; rejects if one has ended by itself. */
  async watch(isOver: () => boolean): Promise<void> {
    await Promise.all(this.#nodes.map((node) => this.#watch(node, isOver)));
  }

  async #watch(node: ServerProcess, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { life } = node;
      const health = await healthOf(node.url);
      if (health === 'READY') this.#ready.add(node);
      else this.#ready.delete(node);
      this.#note(life, health);
      // Whether it is up or not, its end by itself must not go unnoticed.
      await Promise.race([pause(PROBE_MS), node.up().then(() => pause(PROBE_MS))]);
    }
  }

  #note(life: Life, health: Health): void {
    const isDraining = this.#draining.has(life);
    if (health === 'READY') this.service.note();
    if (health === 'READY' && isDraining) this.misled += 1;
    if (health !== 'DRAINING' || isDraining) return;
    this.#draining.add(life);
    this.announced += 1;
  }
}

async function healthOf(url: string): Promise<Health> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return 'READY';
    const { parts } = (await response.json()) as { parts: { database: string } };
    return parts.database === 'up' ? 'DRAINING' : 'UNREADY';
  } catch {
    return 'GONE';
  }
}
