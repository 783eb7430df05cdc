import type { Options } from './options.ts';

/** The faults, in the words of the report. */
export const FAULTS = {
  kills: 'nodes killed and restarted',
  killsAtWork: 'nodes killed while they did due work',
  rollingRestarts: 'all nodes restarted, one after the other',
  crashes: 'PostgreSQL crashed (immediate)',
  restarts: 'PostgreSQL restarted (fast)',
  redisOutages: 'Redis unreachable for a while',
  redisSilences: 'Redis silent for a while',
  redisCrashes: 'Redis crashed',
  redisFlushes: 'Redis flushed',
  listenerKills: 'Redis connections that listen killed',
  redisFailovers: 'Redis failed over to its replica, its primary demoted',
  cuts: 'connections of clients cut',
  vanishings: 'networks of clients vanished',
  stalls: 'clients that stopped reading closed with 1013',
} as const;

export type Fault = keyof typeof FAULTS;

/** The number of each fault. */
export type FaultCounts = Record<Fault, number> & {
  /** The kills of each node. */
  readonly killsOf: number[];
  /** The events that other nodes delivered while one was killed and came back. */
  deliveredMeanwhile: number;
  /** The consents whose end a killed node had claimed and left to the others. */
  abandoned: number;
  /** The starts of nodes that found PostgreSQL unavailable. */
  failedStarts: number;
  /** The time for which a node was down, all kills and restarts together. */
  downMs: number;
};

/** The faults of a run: all except those of absent servers, and those that the options leave out. */
export function faultsOf({ isEmbedded, kills, rollingRestarts, databaseRestarts }: Options): Fault[] {
  const isBroken: Record<Fault, boolean> = {
    kills: kills > 0,
    killsAtWork: kills > 0 && !isEmbedded,
    rollingRestarts: rollingRestarts > 0,
    crashes: databaseRestarts > 0,
    restarts: databaseRestarts > 1,
    redisOutages: !isEmbedded,
    redisSilences: !isEmbedded,
    redisCrashes: !isEmbedded,
    redisFlushes: !isEmbedded,
    listenerKills: !isEmbedded,
    redisFailovers: !isEmbedded,
    cuts: true,
    vanishings: true,
    stalls: true,
  };
  return (Object.keys(FAULTS) as Fault[]).filter((fault) => isBroken[fault]);
}

/** The counts before the first fault. */
export function noFaults(nodes: number): FaultCounts {
  const counts = Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0])) as Record<Fault, number>;
  const killsOf = Array.from({ length: nodes }, () => 0);
  return { ...counts, killsOf, deliveredMeanwhile: 0, abandoned: 0, failedStarts: 0, downMs: 0 };
}
