import { expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { type Result, Stream } from './stream.ts';

const aStream = () =>
  new Stream({} as Client, 'subscription ($after: Cursor) { customerChanged(after: $after) { __typename } }');

const result = (typename: string): Result =>
  ({ data: { customerChanged: { __typename: typename } } }) as object as Result;

test('the error of a result that does not arrive names the field and the number of the result', async () => {
  const stream = aStream();
  stream.sink.next(result('CustomerCreated'));
  await stream.next();
  await expect(stream.next(1)).rejects.toThrow('customerChanged: result 2 did not come within 0.001 s');
  await expect(stream.ended(1)).rejects.toThrow(/^customerChanged: the stream did not end/);
});

test('the end of a stream rejects the wait for a result immediately, and the error contains the end', async () => {
  const stream = aStream();
  const next = stream.next();
  stream.sink.complete();
  const refusal = 'customerChanged: result 1 did not come: the stream ended after 0, {"how":"complete"}';
  await expect(next).rejects.toThrow(refusal);
});

test('changes are read without the positions between them, and until the next position', async () => {
  const stream = aStream();
  const [first, second, position] = ['CustomerCreated', 'CustomerDeleted', 'FeedPosition'].map(
    (typename) => ({
      __typename: typename,
    }),
  );
  for (const name of ['FeedPosition', 'CustomerCreated', 'FeedPosition', 'CustomerDeleted']) {
    stream.sink.next(result(name));
  }
  expect(await stream.changes(2)).toEqual([first, second]);
  for (const name of ['CustomerDeleted', 'FeedPosition', 'FeedPosition']) stream.sink.next(result(name));
  expect(await stream.changesUntilCaughtUp()).toEqual([second]);
  expect(await stream.event()).toEqual(position);
});
