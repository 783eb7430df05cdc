import { expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { Log } from '../../src/core/log.ts';
import type { StreamItem } from '../../src/live/result-stream.ts';
import { Drain } from '../../src/transport/drain.ts';
import { eventStream } from '../../src/transport/event-stream.ts';
import { silentLog } from '../support/silent-log.ts';

const ITEM: StreamItem = { bytes: Buffer.from('{"data":{"at":1}}'), cursor: 'one' };
const UNFIT: StreamItem = { data: { at: 2 } };

type Hook = { onResultProcess: (payload: object) => void };
type Processor = (result: unknown, api: { Response: typeof Response }) => Response;

/** The response to a subscription that has these items, and whether its stream was left. */
function answering(
  items: StreamItem[],
  present: (result: ExecutionResult) => ExecutionResult,
  log: Log = silentLog,
  drain = new Drain(),
) {
  const left = { isLeft: false };
  async function* stream() {
    try {
      yield* items;
    } finally {
      left.isLeft = true;
    }
  }
  let processor: Processor | undefined;
  (eventStream(present, drain, log) as Hook).onResultProcess({
    request: new Request('http://lockstep.test/graphql', { headers: { accept: 'text/event-stream' } }),
    result: stream(),
    acceptableMediaTypes: ['text/event-stream'],
    setResultProcessor: (given: Processor) => {
      processor = given;
    },
  });
  return { response: processor?.(null, { Response }), left };
}

test('an item that cannot be written breaks off its own stream, without a complete, and is logged once', async () => {
  const logged: string[] = [];
  const { response, left } = answering(
    [ITEM, UNFIT, ITEM],
    () => {
      throw new Error('not fit to be sent');
    },
    { ...silentLog, error: (_fields, message) => logged.push(message) },
  );
  expect(await response?.text()).toBe(':\n\nevent: next\nid: one\ndata: {"data":{"at":1}}\n\n');
  expect([left.isLeft, logged]).toEqual([true, ['event stream broken off']]);
});

test('a stream that ends says so; one whose client has gone is left, and nothing is logged', async () => {
  const logged: string[] = [];
  const log = { ...silentLog, error: (_fields: object, message: string) => logged.push(message) };
  const ended = answering([ITEM], (result) => result, log);
  expect(await ended.response?.text()).toMatch(/id: one\n.*\n\nevent: complete\ndata:\n\n$/s);

  const gone = answering([ITEM, ITEM, ITEM], (result) => result, log);
  const reader = gone.response?.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect([gone.left.isLeft, logged]).toEqual([true, []]);
});
