import { setTimeout as pause } from 'node:timers/promises';
import type { TcpProxy } from '../../test/support/servers/tcp-proxy.ts';
import type { Dice } from '../support/dice.ts';
import type { FaultCounts } from './fault-counts.ts';
import type { SharedRedis } from './scene.ts';

const REDIS_FAULTS = [
  'redisOutages',
  'redisSilences',
  'redisCrashes',
  'redisFlushes',
  'listenerKills',
  'redisFailovers',
] as const;
const MIN_FAULT_MS = 500;
const MAX_FAULT_MS = 3_000;
const MIN_REST_MS = 250;
const MAX_REST_MS = 2_000;

/** A Redis with a replica, and the connection to the primary. */
export interface BreakableRedis extends Pick<SharedRedis, 'pair' | 'failovers'> {
  readonly wire: TcpProxy;
}

/** Breaks Redis in every way, in random order, until the run is over. */
export async function breakRedis(
  redis: BreakableRedis,
  dice: Dice,
  isOver: () => boolean,
  counts: FaultCounts,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    for (const fault of dice.shuffled(REDIS_FAULTS)) {
      if (round > 1 && isOver()) {
        counts.redisFailovers += await redis.failovers.complete();
        return;
      }
      await breakOnce(fault, redis, dice.between(MIN_FAULT_MS, MAX_FAULT_MS));
      counts[fault] += 1;
      await pause(dice.between(MIN_REST_MS, MAX_REST_MS));
    }
  }
}

async function breakOnce(
  fault: (typeof REDIS_FAULTS)[number],
  { pair, wire, failovers }: BreakableRedis,
  lastingMs: number,
): Promise<void> {
  if (fault === 'redisFlushes') await pair.primary.flush();
  if (fault === 'redisCrashes') await pair.primary.restart('SIGKILL');
  if (fault === 'listenerKills') {
    while ((await pair.primary.killListeners()) === 0) await pause(MIN_REST_MS); // they are just coming back
  }
  if (fault === 'redisOutages') {
    await wire.refuse(true);
    wire.cut();
    await pause(lastingMs);
    await wire.refuse(false);
  }
  if (fault === 'redisSilences') {
    wire.swallow(true);
    await pause(lastingMs);
    wire.swallow(false);
  }
  if (fault === 'redisFailovers') await failovers.failOver();
}
