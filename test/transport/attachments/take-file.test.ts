import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { AttachmentUploads, IncomingFile } from '../../../src/modules/attachments/attachment-uploads.ts';
import { takeFile } from '../../../src/transport/attachments/take-file.ts';
import type { SignIn } from '../../../src/transport/exports/sign-in.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const signIn = (async () => ({ viewer: { userId: 'ada' }, connection: {}, ip: null })) as unknown as SignIn;

/** Takes a file of six bytes, which `receive` reads. */
function taking(receive: (incoming: IncomingFile) => Promise<void>) {
  const request = Object.assign(new PassThrough(), { headers: {}, complete: true });
  const statuses: number[] = [];
  const response = Object.assign(new EventEmitter(), {
    headersSent: false,
    writeHead: (status: number) => {
      statuses.push(status);
      return { end: () => {} };
    },
  });
  const uploads = {
    waiting: async () => ({ id: 'one', sizeBytes: 6 }),
    receive: async (_row: unknown, incoming: IncomingFile) => {
      await receive(incoming);
      return { status: 'CLEAN' };
    },
  } as unknown as AttachmentUploads;
  const done = takeFile(
    { uploads, signIn },
    'one',
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    (_userId, transfer) => transfer(),
  );
  return { request, statuses, done };
}

test('76: the time that the storage takes for a chunk is no silence of the client', async () => {
  const { request, statuses, done } = taking(async ({ bytes, signal }) => {
    for await (const _chunk of bytes) {
      jest.advanceTimersByTime(40_000);
      expect(signal.aborted).toBe(false);
    }
  });
  request.end('abc');
  await done;
  expect(statuses).toEqual([201]);
});

test('76: a client that sends nothing for 15 seconds is refused', async () => {
  const { request, statuses, done } = taking(async ({ bytes, signal }) => {
    const reading = bytes[Symbol.asyncIterator]();
    await reading.next();
    const next = reading.next();
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(14_000);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(2_000);
    expect(signal.aborted).toBe(true);
    await next;
  });
  request.write('abc');
  await done;
  expect(statuses).toEqual([408]);
});
