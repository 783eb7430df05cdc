import { expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { Log } from '../../src/core/log.ts';
import { ResultStream, type StreamItem } from '../../src/live/result-stream.ts';
import { Drain } from '../../src/transport/drain.ts';
import { eventStream } from '../../src/transport/event-stream.ts';
import { settled } from '../support/memory-feed.ts';
import { silentLog } from '../support/silent-log.ts';

const ITEM: StreamItem = { bytes: Buffer.from('{"data":{"at":1}}'), cursor: 'one' };
const EVENT = 'event: next\nid: one\ndata: {"data":{"at":1}}\n\n';
const LARGE: StreamItem = { bytes: Buffer.alloc(10_000, 'x'), cursor: 'large' };
const UNFIT: StreamItem = { data: { at: 2 } };

type Hooks = {
  onSubscribe: (payload: object) => { onSubscribeResult: (payload: object) => void };
  onResultProcess: (payload: object) => void;
};
type Processor = (result: unknown, api: { Response: typeof Response }) => Response;

/** The response to a subscription, what brings its items, and whether it was left. */
function answering(present: (result: ExecutionResult) => ExecutionResult = (result) => result) {
  const logged: string[] = [];
  const drain = new Drain();
  const log: Log = { ...silentLog, error: (_fields, message) => logged.push(message) };
  const state = { isLeft: false };
  const stream = new ResultStream(() => {
    state.isLeft = true;
  });
  let processor: Processor | undefined;
  const request = new Request('http://lockstep.test/graphql', { headers: { accept: 'text/event-stream' } });
  const plugin = eventStream(present, drain, log) as Hooks;
  plugin.onSubscribe({ args: { contextValue: { request } } }).onSubscribeResult({ result: stream });
  plugin.onResultProcess({
    request,
    result: stream,
    acceptableMediaTypes: ['text/event-stream'],
    setResultProcessor: (given: Processor) => {
      processor = given;
    },
  });
  const reader = processor?.(null, { Response }).body?.getReader();
  const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
  return { stream, read, reader, state, logged, drain };
}

test('an item that cannot be written breaks off its own stream, without a complete, and is logged once', async () => {
  const { stream, read, state, logged } = answering(() => {
    throw new Error('not fit to be sent');
  });
  stream.deliver(ITEM);
  expect([await read(), await read()]).toEqual([':\n\n', EVENT]);
  stream.deliver(UNFIT);
  expect([await read(), state.isLeft, logged]).toEqual(['', true, ['event stream broken off']]);
});

test('what one turn of the event loop brings leaves in one write', async () => {
  const { stream, read } = answering();
  for (const item of [ITEM, ITEM, ITEM]) stream.deliver(item);
  expect([await read(), await read()]).toEqual([':\n\n', EVENT.repeat(3)]);
});

test('a client that does not read is waited for, and nothing is taken from its stream', async () => {
  const { stream, read } = answering();
  expect(stream.deliver(LARGE)).toBeUndefined();
  await settled();
  const waiting = stream.deliver(LARGE);
  expect(waiting).toBeInstanceOf(Promise);
  await read();
  await waiting;
});

test('a stream that ends says so; one whose client has gone is left, and nothing is logged', async () => {
  const ended = answering();
  ended.stream.deliver(ITEM);
  ended.stream.end();
  expect([await ended.read(), await ended.read(), await ended.read()]).toEqual([
    ':\n\n',
    EVENT,
    'event: complete\ndata:\n\n',
  ]);

  const gone = answering();
  await gone.read();
  await gone.reader?.cancel();
  expect([gone.state.isLeft, gone.logged]).toEqual([true, []]);
});

test('a stream whose server stops is broken off without a complete, so that its client goes on elsewhere', async () => {
  const { stream, read, state, drain } = answering();
  stream.deliver(ITEM);
  expect([await read(), await read()]).toEqual([':\n\n', EVENT]);
  await drain.run(1_000);
  expect([await read(), state.isLeft]).toEqual(['', true]);
});
