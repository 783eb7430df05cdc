import { expect, test } from '@jest/globals';
import { ResultStream } from '../../../src/live/streams/result-stream.ts';
import { settled } from '../../support/memory-feed.ts';

const [ONE, TWO] = [{ data: { number: 1 } }, { data: { number: 2 } }];
const OVER = { done: true, value: undefined };

function aStream() {
  let closings = 0;
  const stream = new ResultStream(() => {
    closings += 1;
  });
  return { stream, closings: () => closings };
}

test('a writer that delivers more than there is room for waits until the reader has taken enough', async () => {
  const { stream } = aStream();
  const large = { bytes: Buffer.alloc(10_000), cursor: 'large' };
  expect([stream.deliver(ONE), stream.deliver(large)]).toEqual([undefined, undefined]);
  let hasRoom = false;
  const waiting = stream.deliver(large)?.then(() => {
    hasRoom = true;
  });
  await stream.next();
  await settled();
  expect(hasRoom).toBe(false);
  await stream.next();
  await waiting;
  expect(hasRoom).toBe(true);
});

test('a reader that waits takes an item immediately', async () => {
  const { stream } = aStream();
  const next = stream.next();
  stream.deliver(ONE);
  expect(await next).toEqual({ done: false, value: ONE });
});

test('items come in the order in which they were delivered', async () => {
  const { stream } = aStream();
  for (const item of [ONE, TWO]) stream.deliver(item);
  expect([await stream.next(), await stream.next()]).toMatchObject([{ value: ONE }, { value: TWO }]);
});

test('the items of one turn of the event loop are returned together, and none after the end', async () => {
  const { stream, closings } = aStream();
  const first = stream.nextTurn();
  for (const item of [ONE, TWO]) stream.deliver(item);
  await null;
  stream.deliver(ONE);
  expect(await first).toEqual([ONE, TWO, ONE]);
  stream.deliver(TWO);
  stream.end();
  expect([await stream.nextTurn(), closings()]).toEqual([[TWO], 0]);
  expect([await stream.nextTurn(), closings()]).toEqual([[], 1]);
});

test('a stream can be closed while a reader waits for its next item', async () => {
  const { stream, closings } = aStream();
  const next = stream.next();
  expect(await stream.return()).toEqual(OVER);
  expect(await next).toEqual(OVER);
  expect(closings()).toBe(1);
});

test('closing releases writers that wait for room, and writers that come later', async () => {
  const { stream, closings } = aStream();
  const waiting = stream.deliver({ bytes: Buffer.alloc(20_000), cursor: 'large' });
  expect(waiting).toBeInstanceOf(Promise);
  await stream.return();
  await waiting;
  expect(stream.deliver(TWO)).toBeUndefined();
  expect(await stream.next()).toEqual(OVER);
  expect(closings()).toBe(1);
});

test('items delivered before the end can still be taken, and then the stream closes', async () => {
  const { stream, closings } = aStream();
  stream.deliver(ONE);
  stream.end();
  expect(closings()).toBe(0);
  expect([await stream.next(), await stream.next()]).toEqual([{ done: false, value: ONE }, OVER]);
  expect(closings()).toBe(1);
});

test('the end releases a reader that waits', async () => {
  const { stream, closings } = aStream();
  const next = stream.next();
  stream.end();
  expect(await next).toEqual(OVER);
  expect(closings()).toBe(1);
});

test('a reader that throws closes the stream', async () => {
  const { stream, closings } = aStream();
  await expect(stream.throw(new Error('no more'))).rejects.toThrow('no more');
  expect(closings()).toBe(1);
});
