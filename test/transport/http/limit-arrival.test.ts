import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { limitArrival } from '../../../src/transport/http/limit-arrival.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A request with a body, of which no byte has come. */
function aRequest() {
  const socket = new EventEmitter();
  const headers = { 'content-length': '10' };
  const request = Object.assign(new EventEmitter(), { socket, headers, complete: false });
  return { request: request as unknown as IncomingMessage, socket };
}

test('a body that no route reads is refused when its time is over, also after the answer', () => {
  const { request, socket } = aRequest();
  const refused: unknown[] = [];
  limitArrival(request, (_error, stream) => refused.push(stream));
  request.emit('close'); // Node closes a request with its answer
  jest.advanceTimersByTime(29_000);
  expect(refused).toEqual([]);
  jest.advanceTimersByTime(2_000);
  expect(refused).toEqual([socket]);
});

test('a body that has come, and a client that has left, leave no timer and no listener', () => {
  for (const end of ['end', 'close'] as const) {
    const { request, socket } = aRequest();
    limitArrival(request, () => {
      throw new Error('It must not be refused.');
    });
    if (end === 'end') request.emit('end');
    else socket.emit('close');
    expect([jest.getTimerCount(), socket.listenerCount('close')]).toEqual([0, 0]);
  }
});
