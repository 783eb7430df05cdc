import type { ServerProcess } from '../support/server-process.ts';

const REDIS_LOST = 'Redis unavailable';
const FORGED = /forged (?:wake-up|signal) ignored/;

/** The lines of the nodes' logs that the run asks for, counted. */
export class NodeLogs {
  /** The number of messages over Redis that a node took for forged. */
  forged = 0;
  readonly #redisLosses = new Map<ServerProcess, number>();

  constructor(nodes: readonly ServerProcess[]) {
    for (const node of nodes) node.onLine((line) => this.#note(node, line));
  }

  /** The number of times that a node has reported that Redis is unavailable. */
  redisLosses(node: ServerProcess): number {
    return this.#redisLosses.get(node) ?? 0;
  }

  #note(node: ServerProcess, line: string): void {
    if (line.includes(REDIS_LOST)) this.#redisLosses.set(node, this.redisLosses(node) + 1);
    if (FORGED.test(line)) this.forged += 1;
  }
}
