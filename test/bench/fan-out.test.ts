import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { Contestant } from '../../bench/fan-out/contestant.ts';
import { Crowd } from '../../bench/fan-out/crowd.ts';
import type { Installation, Seating } from '../../bench/fan-out/installation.ts';
import type { Load, Outcome } from '../../bench/fan-out/load.ts';
import { startLockstep } from '../../bench/fan-out/lockstep.ts';
import { markOf } from '../../bench/fan-out/mark.ts';
import type { Orders } from '../../bench/fan-out/orders.ts';
import { PEERS, startPeer } from '../../bench/fan-out/peer.ts';
import { describeWithOwnPostgres, describeWithOwnRedis } from '../support/real-servers.ts';

/** The treatment of messages for one subscriber: it gets the number of an event, and sends what it likes. */
type Courier = (sequence: number, send: (sequence: number) => void) => void;

const SUBSCRIBERS = 5;
/** 100 events, on a machine of any speed. */
const PACED: Load = { kind: 'paced', ms: 500, deliveriesPerSecond: 1_000 };
const FAULTLESS = { missing: 0, duplicates: 0, outOfOrder: 0 };

describe('every fault of one of five subscribers is counted exactly', () => {
  const isHit = (sequence: number): boolean => sequence % 10 === 3;

  test('no fault, where there is none', async () => {
    expect(await countedWith((sequence, send) => send(sequence))).toMatchObject({
      ...FAULTLESS,
      events: 100,
      deliveries: 500,
    });
  });

  test('every loss', async () => {
    const losing: Courier = (sequence, send) => {
      if (!isHit(sequence)) send(sequence);
    };
    expect(await countedWith(losing)).toMatchObject({ ...FAULTLESS, deliveries: 490, missing: 10 });
  });

  test('every repetition', async () => {
    const repeating: Courier = (sequence, send) => {
      send(sequence);
      if (isHit(sequence)) send(sequence);
    };
    expect(await countedWith(repeating)).toMatchObject({ ...FAULTLESS, deliveries: 510, duplicates: 10 });
  });

  test('every swap', async () => {
    const swapping: Courier = (sequence, send) => {
      if (isHit(sequence)) return;
      send(sequence);
      if (isHit(sequence - 1)) send(sequence - 1);
    };
    expect(await countedWith(swapping)).toMatchObject({ ...FAULTLESS, deliveries: 500, outOfOrder: 10 });
  });

  async function countedWith(courier: Courier): Promise<Outcome> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const sockets: WebSocket[] = [];
    server.on('connection', (socket) => sockets.push(socket));
    const { port } = server.address() as AddressInfo;
    const orders: Orders = {
      onPublished: () => {},
      give: (topic, first, count) => {
        for (let sequence = first; sequence < first + count; sequence += 1) {
          sockets.forEach((socket, index) => {
            const send = (number: number): void => socket.send(markOf(number));
            if (index === 0) courier(sequence, send);
            else send(sequence);
          });
        }
        orders.onPublished(topic, first, count, 0);
      },
      close: () => server.close(),
    };
    const seats = Array.from({ length: SUBSCRIBERS }, () => ({ port, topic: 'acme' }));
    const crowd = await Crowd.open(orders, { dialogue: 'raw', seats });
    try {
      return await crowd.take(PACED);
    } finally {
      crowd.close();
    }
  }
});

describeWithOwnRedis('with Redis', () => {
  describeWithOwnPostgres('and PostgreSQL', () => {
    const SEATING = { subscribers: 20, topics: 2 };
    const LOADS: readonly Load[] = [
      { kind: 'closed', ms: 200, inFlight: 2, atOnce: 1 },
      { kind: 'closed', ms: 200, inFlight: 20, atOnce: 20 },
      { kind: 'paced', ms: 200, deliveriesPerSecond: 500 },
    ];

    // The peers run side by side, as in the bench; one after the other they would take four times as long.
    test('no peer loses, repeats or swaps anything, nor does Lockstep on two nodes, whatever its subscriptions share', async () => {
      const peers = Object.values(PEERS).map(async (peer) =>
        expectFaultless(peer.name, await startPeer(peer), [SEATING]),
      );
      const alone = { ...SEATING, isPersonal: true };
      const lockstep = startLockstep({ nodes: 2 }).then((two) =>
        expectFaultless('Lockstep', two, [SEATING, alone]),
      );
      await Promise.all([...peers, lockstep]);
    });

    async function expectFaultless(
      name: string,
      installation: Installation,
      seatings: readonly Seating[],
    ): Promise<void> {
      try {
        for (const seating of seatings) {
          const contestant = await Contestant.open(name, installation, seating);
          for (const load of LOADS) {
            const slice = await contestant.take(load);
            const deliveries = (slice.events * SEATING.subscribers) / SEATING.topics;
            expect(slice).toMatchObject({ ...FAULTLESS, contestant: name, deliveries });
            expect(slice.events).toBeGreaterThan(0);
            expect(slice.serverSeconds).toBeGreaterThan(0);
          }
          await contestant.close();
        }
      } finally {
        await installation.stop();
      }
    }
  });
});
