import { readFileSync } from 'node:fs';
import type { PubSubConnection } from '../changes/pub-sub.ts';
import type { Signals } from '../changes/signals.ts';
import type { Config } from '../config/config.ts';
import { systemClock as clock } from '../core/process/clock.ts';
import type { Log } from '../core/process/log.ts';
import type { Database } from '../db/database.ts';
import { LiveClients } from '../live/connections/live-clients.ts';
import { NodeBeacon, type OwnFacts } from '../live/connections/node-beacon.ts';
import { Typists } from '../live/connections/typists.ts';
import { UploadProgress } from '../live/connections/upload-progress.ts';
import type { TailRegistry } from '../live/tails/tail-registry.ts';
import { BEATS_PER_LEASE, LeasedSets } from '../signals/leased-sets.ts';
import { MemorySetStore } from '../signals/memory-set-store.ts';
import { RedisSetStore } from '../signals/redis-set-store.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The parts that share with other nodes what is true at this moment only. */
export function sharedStateOf(config: Config, log: Log, { redis }: PubSubConnection, signals: Signals) {
  const send = signals.send.bind(signals);
  const listen = signals.listen.bind(signals);
  const { presenceLeaseMs: leaseMs, presenceGraceMs: graceMs } = config;
  const store = redis ? new RedisSetStore(redis) : new MemorySetStore(clock);
  const sets = new LeasedSets({ store, send, listen, clock, leaseMs, log });
  const typing = new Typists({ sets, send, listen });
  const clients = new LiveClients({ sets, send, listen, typists: typing, clock, graceMs });
  const nodes = new NodeBeacon({ sets, clock, beatMs: leaseMs / BEATS_PER_LEASE });
  return { sets, clients, typing, nodes, uploading: new UploadProgress(sets, config) };
}

export interface NodeParts {
  readonly clients: Pick<LiveClients, 'count'>;
  readonly tails: Pick<TailRegistry, 'isPolling' | 'lag'>;
  readonly pubSub: PubSubConnection;
  readonly database: Pick<Database, 'queryPool'>;
  readonly isDraining: () => boolean;
}

/** Makes the function that finds out how this node is, from its memory. Each call also measures Redis, for the next one. */
export function factsOf({ clients, tails, pubSub, database, isDraining }: NodeParts): () => OwnFacts {
  let redisLatencyMs: number | null = null;
  const measure = async () => {
    const begun = performance.now();
    await pubSub.redis?.ping();
    return pubSub.redis ? Math.round(performance.now() - begun) : null;
  };
  return () => {
    measure().then(
      (ms) => {
        redisLatencyMs = ms;
      },
      () => {
        redisLatencyMs = null;
      },
    );
    const { queryPool } = database;
    return {
      version,
      connections: clients.count,
      isDraining: isDraining(),
      isReading: tails.isPolling,
      changesBehind: tails.lag.changes,
      msBehind: tails.lag.ms,
      redis: pubSub.state(),
      redisLatencyMs,
      poolSize: queryPool.size,
      poolInUse: queryPool.inUse,
      poolWaiting: queryPool.waiting,
    };
  };
}
