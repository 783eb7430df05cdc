import { afterEach, expect, test } from '@jest/globals';
import { nodesOf } from '../../../src/core/feeds/node-facts.ts';
import { systemClock as clock } from '../../../src/core/process/clock.ts';
import { NodeBeacon, type OwnFacts } from '../../../src/live/connections/node-beacon.ts';
import { LeasedSets } from '../../../src/signals/leased-sets.ts';
import { MemorySetStore } from '../../../src/signals/memory-set-store.ts';
import { PATIENCE_MS, within } from '../../support/patience.ts';
import { silentLog as log } from '../../support/silent-log.ts';

const FACTS: OwnFacts = {
  ...{ version: '1.0.0', connections: 3, isDraining: false, isReading: true, changesBehind: 0, msBehind: 0 },
  ...{ redis: 'unused', redisLatencyMs: null, poolSize: 10, poolInUse: 0, poolWaiting: 0 },
};
const HOUR_MS = 3_600_000;
const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function aNode(store: MemorySetStore) {
  const parts = { store, send: () => {}, listen: () => () => {}, clock, log };
  const sets = new LeasedSets({ ...parts, leaseMs: HOUR_MS, pauseMs: 1 });
  const beacon = new NodeBeacon({ sets, clock, beatMs: HOUR_MS });
  stops.push(() => sets.stop(0));
  return { sets, beacon };
}

test('each beat is a change of the set of nodes, also if the node has nothing new to say', async () => {
  const { sets, beacon } = aNode(new MemorySetStore(clock));
  let changes = 0;
  let onChange = () => {};
  const noticed = (count: number) =>
    within(
      PATIENCE_MS,
      () => `${changes} changes in place of ${count}`,
      new Promise<void>((resolve) => {
        onChange = () => changes >= count && resolve();
        onChange();
      }),
    );
  sets.watch(nodesOf(), () => {
    changes += 1;
    onChange();
  });
  beacon.start(() => FACTS);
  await noticed(1);
  for (const count of [2, 3]) {
    beacon.tell();
    await noticed(count);
  }
  expect(await beacon.latest()).toMatchObject([FACTS]);
});

test('a node that stops leaves the set, a node that cannot be read is left out', async () => {
  const store = new MemorySetStore(clock);
  const [first, second] = [aNode(store), aNode(store)];
  first.beacon.start(() => FACTS);
  first.sets.put(nodesOf(), 'of another release', 'no JSON');
  await first.beacon.all();
  second.beacon.start(() => ({ ...FACTS, connections: 5 }));
  await second.beacon.all();
  expect((await first.beacon.all()).map(({ id }) => id).toSorted()).toEqual(
    [first.sets.node, second.sets.node].toSorted(),
  );
  second.beacon.stop();
  await second.beacon.all();
  expect(await first.beacon.all()).toMatchObject([{ id: first.sets.node, connections: 3 }]);
});
