/** A node, as it describes itself to all nodes. It does so from its memory, which costs no query. */
export interface NodeFacts {
  readonly id: string;
  /** The release that it runs. */
  readonly version: string;
  /** When it began to serve. */
  readonly since: string;
  /** The open sockets and event streams of signed-in clients. */
  readonly connections: number;
  /** Whether it is about to stop. */
  readonly isDraining: boolean;
  /** Whether its last poll of the log succeeded. */
  readonly isReading: boolean;
  /** The changes that the log had at its last poll and that it has not passed to its subscriptions yet. */
  readonly changesBehind: number;
  /** For how long there have been such changes. */
  readonly msBehind: number;
  readonly redis: 'up' | 'down' | 'unused';
  /** The time of its last exchange with Redis; null if there was none. */
  readonly redisLatencyMs: number | null;
  /** The connections of its query pool, those that are in use, and the requests that wait for one. */
  readonly poolSize: number;
  readonly poolInUse: number;
  readonly poolWaiting: number;
}

/** The nodes of the installation, as operations see them. */
export interface LiveNodes {
  /** The nodes at this moment; without Redis, and while it is unavailable, this node alone. */
  all(): Promise<readonly NodeFacts[]>;
  /** Like `all`, as subscriptions last saw them. */
  latest(): Promise<readonly NodeFacts[]>;
}

/** The name of the leased set that holds the nodes. */
export function nodesOf(): string {
  return 'nodes';
}
