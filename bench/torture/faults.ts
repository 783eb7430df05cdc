import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../support/dice.ts';
import type { Backing, Site } from '../support/site.ts';
import type { Follower } from './follower.ts';
import type { Options } from './options.ts';

/** How often what was broken. */
export interface FaultCounts {
  kills: number;
  /** How long the server was away, all kills together. */
  downMs: number;
  databaseCrashes: number;
  redisOutages: number;
  redisSilences: number;
  redisCrashes: number;
  redisFlushes: number;
  cuts: number;
}

export interface FaultParts {
  readonly site: Site;
  readonly followers: readonly Follower[];
  readonly options: Options;
  readonly dice: Dice;
}

const REDIS_FAULTS = ['redisOutages', 'redisSilences', 'redisCrashes', 'redisFlushes'] as const;
const MAX_FAULT_MS = 3_000;
const MAX_REST_MS = 2_000;
const MAX_CUT_REST_MS = 400;

/** Breaks things for as long as the run lasts, and leaves everything whole. */
export async function breakThings({ site, followers, options, dice }: FaultParts): Promise<FaultCounts> {
  const counts: FaultCounts = {
    kills: 0,
    downMs: 0,
    databaseCrashes: 0,
    redisOutages: 0,
    redisSilences: 0,
    redisCrashes: 0,
    redisFlushes: 0,
    cuts: 0,
  };
  let isOver = false;
  const { backing } = site;
  const meanwhile = [cutFollowers(followers, dice.of('cuts'), () => isOver, counts)];
  if (backing) meanwhile.push(breakRedis(backing, dice.of('redis'), () => isOver, counts));
  await Promise.all([
    killServer(site, options, dice.of('kills'), counts),
    backing && crashDatabase(backing, options, counts),
    pause(options.seconds * 1_000),
  ]);
  isOver = true;
  await Promise.all(meanwhile);
  return counts;
}

/** After a life of random length each time, in the middle of whatever the server does. */
async function killServer({ server }: Site, { seconds, kills }: Options, dice: Dice, counts: FaultCounts) {
  const meanLifeMs = (seconds * 1_000) / kills;
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(meanLifeMs * (0.5 + dice.fraction()));
    const killedAt = Date.now();
    await server.end('SIGKILL');
    counts.kills += 1;
    await server.start();
    counts.downMs += Date.now() - killedAt;
  }
}

/** As by a crash of the server process: sessions end in mid-statement, and what was acknowledged is recovered. */
async function crashDatabase(
  { postgres }: Backing,
  { seconds, databaseCrashes }: Options,
  counts: FaultCounts,
) {
  for (let crash = 0; crash < databaseCrashes; crash += 1) {
    await pause((seconds * 1_000) / (databaseCrashes + 1));
    await postgres.restart('immediate');
    counts.databaseCrashes += 1;
  }
}

/** Unreachable, silent, crashed or emptied, in turn by chance. */
async function breakRedis({ redis, wire }: Backing, dice: Dice, isOver: () => boolean, counts: FaultCounts) {
  while (!isOver()) {
    const fault = dice.pick(REDIS_FAULTS) ?? 'redisFlushes';
    const lastingMs = dice.between(MAX_REST_MS / 4, MAX_FAULT_MS);
    if (fault === 'redisFlushes') await redis.flush();
    if (fault === 'redisCrashes') await redis.restart('SIGKILL');
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
    counts[fault] += 1;
    await pause(dice.between(MAX_REST_MS / 4, MAX_REST_MS));
  }
}

async function cutFollowers(
  followers: readonly Follower[],
  dice: Dice,
  isOver: () => boolean,
  counts: FaultCounts,
) {
  while (!isOver()) {
    await pause(dice.between(0, MAX_CUT_REST_MS));
    if (dice.pick(followers)?.cut()) counts.cuts += 1;
  }
}
