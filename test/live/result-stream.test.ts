import { expect, test } from '@jest/globals';
import { ResultStream } from '../../src/live/result-stream.ts';
import { settled } from '../support/memory-feed.ts';

const [ONE, TWO] = [{ data: { number: 1 } }, { data: { number: 2 } }];
const OVER = { done: true, value: undefined };

function aStream() {
  let closings = 0;
  const stream = new ResultStream(() => {
    closings += 1;
  });
  return { stream, closings: () => closings };
}

test('whoever offers an item waits until it was taken', async () => {
  const { stream } = aStream();
  let isTaken = false;
  const offering = stream.deliver(ONE).then(() => {
    isTaken = true;
  });
  await settled();
  expect(isTaken).toBe(false);
  expect(await stream.next()).toEqual({ done: false, value: ONE });
  await offering;
});

test('an item that is waited for is taken at once', async () => {
  const { stream } = aStream();
  const next = stream.next();
  await stream.deliver(ONE);
  expect(await next).toEqual({ done: false, value: ONE });
});

test('items come in the order in which they were offered', async () => {
  const { stream } = aStream();
  const offering = stream.deliver(ONE).then(() => stream.deliver(TWO));
  expect([await stream.next(), await stream.next()]).toMatchObject([{ value: ONE }, { value: TWO }]);
  await offering;
});

test('a stream can be closed while its next item is waited for', async () => {
  const { stream, closings } = aStream();
  const next = stream.next();
  expect(await stream.return()).toEqual(OVER);
  expect(await next).toEqual(OVER);
  expect(closings()).toBe(1);
});

test('closing lets go of whoever waits for an item to be taken, and of everybody after', async () => {
  const { stream, closings } = aStream();
  const offering = stream.deliver(ONE);
  await stream.return();
  await offering;
  await stream.deliver(TWO);
  expect(await stream.next()).toEqual(OVER);
  expect(closings()).toBe(1);
});

test('what was offered before the end is still taken, and only then is the stream closed', async () => {
  const { stream, closings } = aStream();
  const offering = stream.deliver(ONE);
  stream.end();
  expect(closings()).toBe(0);
  expect([await stream.next(), await stream.next()]).toEqual([{ done: false, value: ONE }, OVER]);
  await offering;
  expect(closings()).toBe(1);
});

test('the end reaches whoever waits', async () => {
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
