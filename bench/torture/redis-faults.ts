import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../support/dice.ts';
import type { Backing } from '../support/site.ts';
import type { FaultCounts } from './fault-counts.ts';

const REDIS_FAULTS = [
  'redisOutages',
  'redisSilences',
  'redisCrashes',
  'redisFlushes',
  'listenerKills',
] as const;
const MIN_FAULT_MS = 500;
const MAX_FAULT_MS = 3_000;
const MIN_REST_MS = 250;
const MAX_REST_MS = 2_000;

/** Breaks Redis in every way, in random order, until the run is over. */
export async function breakRedis(
  backing: Backing,
  dice: Dice,
  isOver: () => boolean,
  counts: FaultCounts,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    for (const fault of dice.shuffled(REDIS_FAULTS)) {
      if (round > 1 && isOver()) return;
      await breakOnce(fault, backing, dice.between(MIN_FAULT_MS, MAX_FAULT_MS));
      counts[fault] += 1;
      await pause(dice.between(MIN_REST_MS, MAX_REST_MS));
    }
  }
}

async function breakOnce(
  fault: (typeof REDIS_FAULTS)[number],
  { redis, wire }: Backing,
  lastingMs: number,
): Promise<void> {
  if (fault === 'redisFlushes') await redis.flush();
  if (fault === 'redisCrashes') await redis.restart('SIGKILL');
  if (fault === 'listenerKills') {
    while ((await redis.killListeners()) === 0) await pause(MIN_REST_MS); // they are just coming back
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
}
