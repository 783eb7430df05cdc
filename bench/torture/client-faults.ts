import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../support/dice.ts';
import type { FaultCounts } from './fault-counts.ts';
import type { Follower } from './follower.ts';
import type { FrailNetwork } from './frail-network.ts';
import type { SlowReader } from './slow-reader.ts';

const MAX_CUT_REST_MS = 400;
/** The length of a stall, in changes that the other clients receive meanwhile. */
const MIN_STALL = 6;
const MAX_STALL = 20;
const MAX_READING_MS = 2_000;
/** The time for the first reader to be closed, if none was in time. */
const PATIENCE_MS = 60_000;
const MAX_VANISHED_REST_MS = 8_000;
const RETRY_MS = 100;

/** Cuts connections of clients, one by one, until the run is over. */
export async function cutFollowers(
  followers: readonly Follower[],
  dice: Dice,
  isOver: () => boolean,
  counts: FaultCounts,
): Promise<void> {
  while (!isOver()) {
    await pause(dice.between(0, MAX_CUT_REST_MS));
    if (dice.pick(followers)?.cut()) counts.cuts += 1;
  }
}

/** Makes networks vanish until the run is over, and each of them once. */
export async function loseNetworks(
  networks: readonly FrailNetwork[],
  dice: Dice,
  isOver: () => boolean,
  counts: FaultCounts,
): Promise<void> {
  for (let turn = 0; turn < networks.length || !isOver(); turn += 1) {
    while (!(await networks[turn % networks.length]?.vanish())) await pause(RETRY_MS);
    counts.vanishings += 1;
    await pause(dice.between(RETRY_MS, turn < networks.length ? RETRY_MS : MAX_VANISHED_REST_MS));
  }
}

/** Makes readers stop reading until the run is over, and until one was closed for it. */
export async function stallReaders(
  slowReaders: readonly SlowReader[],
  dice: Dice,
  isOver: () => boolean,
  counts: FaultCounts,
): Promise<void> {
  const stall = async (): Promise<void> => {
    if (await dice.pick(slowReaders)?.stall(dice.between(MIN_STALL, MAX_STALL))) counts.stalls += 1;
    await pause(dice.between(RETRY_MS, MAX_READING_MS));
  };
  while (!isOver()) await stall();
  const deadline = Date.now() + PATIENCE_MS;
  while (counts.stalls === 0 && Date.now() < deadline) await stall();
}
