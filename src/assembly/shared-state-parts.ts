import type { PubSubConnection } from '../changes/pub-sub.ts';
import type { Signals } from '../changes/signals.ts';
import type { Config } from '../config/config.ts';
import { systemClock as clock } from '../core/process/clock.ts';
import type { Log } from '../core/process/log.ts';
import { LiveClients } from '../live/connections/live-clients.ts';
import { Typists } from '../live/connections/typists.ts';
import { UploadProgress } from '../live/connections/upload-progress.ts';
import { LeasedSets } from '../signals/leased-sets.ts';
import { MemorySetStore } from '../signals/memory-set-store.ts';
import { RedisSetStore } from '../signals/redis-set-store.ts';

/** The parts that share with other nodes what is true at this moment only. */
export function sharedStateOf(config: Config, log: Log, { redis }: PubSubConnection, signals: Signals) {
  const send = signals.send.bind(signals);
  const listen = signals.listen.bind(signals);
  const { presenceLeaseMs: leaseMs, presenceGraceMs: graceMs } = config;
  const store = redis ? new RedisSetStore(redis) : new MemorySetStore(clock);
  const sets = new LeasedSets({ store, send, listen, clock, leaseMs, log });
  const typing = new Typists({ sets, send, listen });
  const clients = new LiveClients({ sets, send, listen, typists: typing, clock, graceMs });
  return { sets, clients, typing, uploading: new UploadProgress(sets, config) };
}
