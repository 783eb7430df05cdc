import { afterEach, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/core/process/clock.ts';
import type { ClientConnection } from '../../../src/live/connections/client-connection.ts';
import { LiveClients } from '../../../src/live/connections/live-clients.ts';
import { LeasedSets } from '../../../src/signals/leased-sets.ts';
import { MemorySetStore } from '../../../src/signals/memory-set-store.ts';
import { silentLog } from '../../support/silent-log.ts';

const FEED = 'acme';

let running: LeasedSets[] = [];

afterEach(async () => {
  await Promise.all(running.map((sets) => sets.stop(1)));
  running = [];
});

/** Two nodes that share a store, and to which no signal comes. */
function twoNodes(): [LiveClients, LiveClients] {
  const store = new MemorySetStore(systemClock);
  const aNode = () => {
    const unheard = { send: () => {}, listen: () => () => {}, clock: systemClock };
    const sets = new LeasedSets({ store, ...unheard, leaseMs: 600_000, log: silentLog });
    running.push(sets);
    return new LiveClients({ sets, ...unheard, typists: { left: () => {} }, graceMs: 0 });
  };
  return [aNode(), aNode()];
}

function connectionOf(userId: string): ClientConnection {
  const viewer = { userId, role: 'CSR', tenantId: FEED, homeFeed: FEED, apiToken: null };
  const state = { isAway: false, isInvisible: false, topics: new Map() };
  const silent = { onViewerChange: () => () => {}, onStateChange: () => () => {} };
  return { id: `of ${userId}`, viewer, state, ...silent } as unknown as ClientConnection;
}

const invisibleIn = async (clients: LiveClients) =>
  (await clients.of(FEED)).filter(({ isInvisible }) => isInvisible).map(({ userId }) => userId);

test('X: of the choices of a user on two nodes the latest by the database holds, in whatever order they arrive', async () => {
  const [here, there] = twoNodes();
  here.add(connectionOf('ana'));
  here.add(connectionOf('ben'));
  there.setInvisible(FEED, 'ana', true, new Date(2_000));
  here.setInvisible(FEED, 'ana', false, new Date(1_000));
  await there.of(FEED);
  expect([await invisibleIn(here), await invisibleIn(there)]).toEqual([['ana'], ['ana']]);
  here.setInvisible(FEED, 'ana', false, new Date(3_000));
  await here.of(FEED);
  expect([await invisibleIn(here), await invisibleIn(there)]).toEqual([[], []]);
});
