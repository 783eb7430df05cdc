import { setTimeout as pause } from 'node:timers/promises';
import { cutFollowers, loseNetworks, stallReaders } from './client-faults.ts';
import { breakDatabase } from './database-faults.ts';
import { type FaultCounts, noFaults } from './fault-counts.ts';
import { breakNodes } from './node-faults.ts';
import type { Options } from './options.ts';
import { breakRedis } from './redis-faults.ts';
import type { Scene } from './scene.ts';

/** Breaks things for as long as the run lasts, all kinds at the same time, and leaves everything repaired. */
export async function breakThings(
  { site, cast, shared, consents, dice }: Scene,
  options: Options,
): Promise<FaultCounts> {
  const { nodes, backing } = site;
  const counts = noFaults(nodes.length);
  let hasLasted = false;
  const isOver = () => hasLasted;
  const meanwhile = [
    cutFollowers(cast.cuttable, dice.of('cuts'), isOver, counts),
    loseNetworks(cast.networks, dice.of('networks'), isOver, counts),
    stallReaders(cast.slowReaders, dice.of('stalls'), isOver, counts),
    backing && shared && breakRedis({ ...shared, wire: backing.wire }, dice.of('redis'), isOver, counts),
  ];
  await Promise.all([
    breakNodes({ nodes, followers: cast.followers, consents, options, dice: dice.of('nodes'), counts }),
    backing && breakDatabase(backing.postgres, options, counts),
    pause(options.seconds * 1_000),
  ]);
  hasLasted = true;
  await Promise.all(meanwhile);
  return counts;
}
