import type { Options } from './options.ts';

/** What is broken, in the words of the report. */
export const FAULTS = {
  kills: 'nodes killed and restarted',
  rollingRestarts: 'all nodes restarted, one after the other',
  crashes: 'PostgreSQL crashed (immediate)',
  restarts: 'PostgreSQL restarted (fast)',
  redisOutages: 'Redis unreachable for a while',
  redisSilences: 'Redis silent for a while',
  redisCrashes: 'Redis crashed',
  redisFlushes: 'Redis flushed',
  listenerKills: 'Redis connections that listen killed',
  cuts: 'connections of followers cut',
  vanishings: 'networks of followers vanished',
  stalls: 'followers that stopped to read closed with 1013',
} as const;

export type Fault = keyof typeof FAULTS;

/** How often what was broken. */
export type FaultCounts = Record<Fault, number> & {
  /** Of each node. */
  readonly killsOf: number[];
  /** Events that the others delivered while one was killed and came back. */
  deliveredMeanwhile: number;
  /** Starts of nodes that found PostgreSQL away. */
  failedStarts: number;
  /** How long a node was away, all kills and restarts together. */
  downMs: number;
};

/** What a run breaks: all but what is not there, and what it is told to leave alone. */
export function faultsOf({ isEmbedded, kills, rollingRestarts, databaseRestarts }: Options): Fault[] {
  const isBroken: Record<Fault, boolean> = {
    kills: kills > 0,
    rollingRestarts: rollingRestarts > 0,
    crashes: databaseRestarts > 0,
    restarts: databaseRestarts > 1,
    redisOutages: !isEmbedded,
    redisSilences: !isEmbedded,
    redisCrashes: !isEmbedded,
    redisFlushes: !isEmbedded,
    listenerKills: !isEmbedded,
    cuts: true,
    vanishings: true,
    stalls: true,
  };
  return (Object.keys(FAULTS) as Fault[]).filter((fault) => isBroken[fault]);
}

/** Nothing is broken yet. */
export function noFaults(nodes: number): FaultCounts {
  const counts = Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0])) as Record<Fault, number>;
  const killsOf = Array.from({ length: nodes }, () => 0);
  return { ...counts, killsOf, deliveredMeanwhile: 0, failedStarts: 0, downMs: 0 };
}
