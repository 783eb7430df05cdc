import { afterEach, expect, jest, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { Log } from '../../../src/core/process/log.ts';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { ResultStream, type StreamItem } from '../../../src/live/streams/result-stream.ts';
import { Drain } from '../../../src/transport/drain.ts';
import { eventStreams } from '../../../src/transport/event-stream/event-streams.ts';
import { settled } from '../../support/memory-feed.ts';
import { silentLog } from '../../support/silent-log.ts';

const ITEM: StreamItem = { bytes: Buffer.from('{"data":{"at":1}}'), cursor: 'one' };
const EVENT = 'event: next\nid: one\ndata: {"data":{"at":1}}\n\n';
const LARGE: StreamItem = { bytes: Buffer.alloc(10_000, 'x'), cursor: 'large' };
const UNFIT: StreamItem = { data: { at: 2 } };

const KEEP_ALIVE_MS = 12_000;

afterEach(() => {
  jest.useRealTimers();
});

type Hooks = {
  onSubscribe: (payload: object) => { onSubscribeResult: (payload: object) => void };
  onResultProcess: (payload: object) => void;
};
type Processor = (result: unknown, api: { Response: typeof Response }) => Response;

/** The response to a subscription, a way to deliver its items, and whether the client has left. */
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
  const plugin = eventStreams({
    presentTo: (_request, result) => present(result),
    onComplete: () => {},
    drain,
    log,
    metrics: createMetrics(),
  }) as Hooks;
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

test('an item that cannot be written ends its own stream without a complete, and is logged once', async () => {
  const { stream, read, state, logged } = answering(() => {
    throw new Error('not fit to be sent');
  });
  stream.deliver(ITEM);
  expect([await read(), await read()]).toEqual([':\n\n', EVENT]);
  stream.deliver(UNFIT);
  expect([await read(), state.isLeft, logged]).toEqual(['', true, ['event stream aborted']]);
});

test('the items of one turn of the event loop leave in one write', async () => {
  const { stream, read } = answering();
  for (const item of [ITEM, ITEM, ITEM]) stream.deliver(item);
  expect([await read(), await read()]).toEqual([':\n\n', EVENT.repeat(3)]);
});

test('items wait for a client that does not read, and nothing is taken from its stream', async () => {
  const { stream, read } = answering();
  expect(stream.deliver(LARGE)).toBeUndefined();
  await settled();
  const waiting = stream.deliver(LARGE);
  expect(waiting).toBeInstanceOf(Promise);
  await read();
  await waiting;
});

test('a stream that ends sends a complete; a stream whose client has left is closed, and nothing is logged', async () => {
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

test('a stream whose server stops ends without a complete, so that its client resumes on another node', async () => {
  const { stream, read, state, drain } = answering();
  stream.deliver(ITEM);
  expect([await read(), await read()]).toEqual([':\n\n', EVENT]);
  await drain.run(1_000);
  expect([await read(), state.isLeft]).toEqual(['', true]);
});

test('an idle client receives a comment with each keep-alive; none is added to what a client has not read', async () => {
  jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'Date'] });
  const [stuck, idle] = [answering(), answering()];
  expect(await idle.read()).toBe(':\n\n');
  for (let time = 1; time <= 3; time += 1) {
    jest.advanceTimersByTime(KEEP_ALIVE_MS);
    expect(await idle.read()).toBe(':\n\n');
  }
  stuck.stream.end();
  expect([await stuck.read(), await stuck.read()]).toEqual([':\n\n', 'event: complete\ndata:\n\n']);
  await idle.reader?.cancel();
});
