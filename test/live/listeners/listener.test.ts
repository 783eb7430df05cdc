import { expect, test } from '@jest/globals';
import type { Signal } from '../../../src/core/feeds/signal.ts';
import { forbidden } from '../../../src/core/requests/errors.ts';
import { Listener, type ListenerParts } from '../../../src/live/listeners/listener.ts';
import { type Payload, payloadOf } from '../../../src/live/streams/payload.ts';
import { settled } from '../../support/memory-feed.ts';

const news = (key: string, value: unknown): Signal => ({ feed: 'feed', name: 'news', key, value });

/** A listener whose client takes one payload and then has no room until it is given some. */
function listening(parts: Partial<ListenerParts> = {}) {
  const abort = new AbortController();
  const told: unknown[] = [];
  const steps: string[] = [];
  let hear: (signal: Signal) => void = () => {};
  let makeRoom: () => void = () => {};
  const listener = new Listener({
    sink: {
      hasRoomFor: () => true,
      room: async () => {},
      endsSlowReaders: true,
      deliver: ({ bytes }: Payload) => {
        told.push(JSON.parse(bytes.toString()).data);
        return new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
      },
    },
    signal: abort.signal,
    listen: (onSignal) => {
      hear = onSignal;
      return () => steps.push('left');
    },
    onViewerChange: () => () => {},
    requireAdmission: () => {},
    render: async ({ value }) => payloadOf({ data: value as never }, null),
    refresh: async () => {
      steps.push('rights read');
    },
    onTrouble: () => steps.push('trouble'),
    ...parts,
  });
  const running = listener.run();
  return {
    told,
    steps,
    hear: (signal: Signal) => hear(signal),
    async takeAll() {
      for (let before = -1; before !== told.length; ) {
        before = told.length;
        makeRoom();
        await settled();
      }
    },
    async leave() {
      abort.abort();
      makeRoom();
      await running;
    },
    running,
  };
}

test('a client that reads slowly receives the latest signal of each name and key, and no other signal is kept for it', async () => {
  const one = listening();
  one.hear(news('a', 0));
  await settled();
  for (let count = 1; count <= 1_000; count += 1) {
    one.hear(news('a', count));
    one.hear(news('b', -count));
  }
  await one.takeAll();
  expect(one.told).toEqual([0, 1_000, -1_000]);
  await one.leave();
});

test('of more than a hundred different signals in one turn, the first hundred are delivered', async () => {
  const one = listening();
  for (let key = 0; key < 500; key += 1) one.hear(news(`${key}`, key));
  await one.takeAll();
  expect(one.told).toHaveLength(100);
  await one.leave();
});

test('X: rights are read after a signal has arrived and before it is delivered; a viewer without them receives nothing', async () => {
  const order: string[] = [];
  const one = listening({
    refresh: async () => {
      order.push('rights');
    },
    render: async () => {
      order.push('show');
      throw forbidden('this');
    },
  });
  one.hear(news('a', 1));
  await expect(one.running).rejects.toThrow(/You are not allowed/);
  expect({ order, told: one.told, steps: one.steps }).toEqual({
    order: ['rights', 'show'],
    told: [],
    steps: ['left'],
  });
});

test('X: a viewer who loses the right to listen is disconnected immediately, without waiting for the next signal', async () => {
  let change: () => void = () => {};
  let mayListen = true;
  const one = listening({
    onViewerChange: (callback) => {
      change = callback;
      return () => {};
    },
    requireAdmission: () => {
      if (!mayListen) throw forbidden('this');
    },
  });
  change();
  await settled();
  expect(one.steps).toEqual([]);
  mayListen = false;
  change();
  await expect(one.running).rejects.toThrow(/You are not allowed/);
  expect(one.steps).toEqual(['left']);
});

test('X: a viewer who loses the right to listen during a delivery is disconnected before the next signal', async () => {
  let change: () => void = () => {};
  let mayListen = true;
  const one = listening({
    onViewerChange: (callback) => {
      change = callback;
      return () => {};
    },
    requireAdmission: () => {
      if (!mayListen) throw forbidden('this');
    },
  });
  one.hear(news('a', 1));
  await settled();
  mayListen = false;
  change();
  const cutOff = expect(one.running).rejects.toThrow(/You are not allowed/);
  await one.takeAll();
  await cutOff;
  expect(one.told).toEqual([1]);
});

test('an unavailable database loses the signals of that moment only', async () => {
  let isAway = true;
  const one = listening({
    refresh: async () => {
      if (isAway) throw new Error('away');
    },
  });
  one.hear(news('a', 'lost'));
  await settled();
  isAway = false;
  one.hear(news('a', 'heard'));
  await one.takeAll();
  expect({ told: one.told, steps: one.steps }).toEqual({ told: ['heard'], steps: ['trouble'] });
  await one.leave();
  expect(one.steps).toEqual(['trouble', 'left']);
});
