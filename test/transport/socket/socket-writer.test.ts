import { Duplex } from 'node:stream';
import { expect, test } from '@jest/globals';
import { deliverInRoom } from '../../../src/live/streams/deliver-in-room.ts';
import { SocketWriter } from '../../../src/transport/socket/socket-writer.ts';
import { WriteBatcher } from '../../../src/transport/socket/write-batcher.ts';
import { textsIn } from '../../support/frames.ts';
import { settled } from '../../support/memory-feed.ts';

/**
 * The server's end of a connection: keeps each write, and lets it through while the client reads. As a kernel,
 * it copies what it takes, and what it does not take yet it reads from the writer's own memory later.
 */
class Wire extends Duplex {
  readonly writes: Buffer[] = [];
  isReading = true;
  #held: (() => void)[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(this.isReading ? Buffer.from(chunk) : chunk);
    if (this.isReading) done();
    else this.#held.push(done);
  }

  /** Lets the client read everything. */
  readOn(): void {
    this.isReading = true;
    for (const done of this.#held.splice(0)) done();
  }
}

function aWriter({ maxUnsentBytes = 1_000_000, batcher = new WriteBatcher(), answers = { bytes: 0 } } = {}) {
  const stream = new Wire({ highWaterMark: 1_000 });
  const state = {
    isOpen: true,
    givenUp: 0,
    tooSlow: () => {
      state.givenUp += 1;
      state.isOpen = false;
    },
  };
  const writer = new SocketWriter({ stream, batcher, owner: state, answers, maxUnsentBytes });
  return { stream, state, writer };
}

function payload(text: string) {
  return { bytes: Buffer.from(JSON.stringify(text)), cursor: '' };
}

/** The payloads in the frames that were written. */
function received({ writes }: Wire): string[] {
  return textsIn(Buffer.concat(writes)).map((text) => JSON.parse(text).payload);
}

test('the payloads of one turn of the event loop leave a socket in one write, in order', async () => {
  const { stream, writer } = aWriter();
  const [first, second] = [writer.sinkOf('1'), writer.sinkOf('2')];
  first.deliver(payload('a'));
  await Promise.resolve();
  second.deliver(payload('b'));
  first.deliver(payload('c'));
  await settled();
  expect(stream.writes).toHaveLength(1);
  expect(received(stream)).toEqual(['a', 'b', 'c']);
});

test('a flush writes waiting payloads before the next frame of the library, and nothing twice', async () => {
  const { stream, writer } = aWriter();
  writer.sinkOf('1').deliver(payload('before'));
  writer.flush();
  stream.write(Buffer.from([0x81, 13, ...Buffer.from('{"payload":1}')]));
  writer.sinkOf('1').deliver(payload('after'));
  await settled();
  expect(received(stream)).toEqual(['before', 1, 'after']);
});

test('nothing is written once the socket closes, and no writer waits for it', async () => {
  const { stream, state, writer } = aWriter();
  const sink = writer.sinkOf('1');
  sink.deliver(payload('too late'));
  state.isOpen = false;
  await sink.deliver(payload('x'.repeat(5_000)));
  await settled();
  expect(stream.writes).toEqual([]);
});

test('a subscription that catches up waits until the client has read, and continues then', async () => {
  const { stream, writer } = aWriter();
  stream.isReading = false;
  let hasRoom = false;
  const delivering = Promise.resolve(writer.sinkOf('1').deliver(payload('x'.repeat(5_000)))).then(() => {
    hasRoom = true;
  });
  await settled();
  expect(hasRoom).toBe(false);
  stream.readOn();
  await delivering;
});

test('a subscription that waits for a client continues when the client leaves', async () => {
  const { stream, writer } = aWriter();
  stream.isReading = false;
  const delivering = writer.sinkOf('1').deliver(payload('x'.repeat(5_000)));
  stream.destroy();
  await delivering;
});

test('the writer has one set of listeners on its stream, however much waits for a slow reader', async () => {
  const { stream, writer } = aWriter();
  stream.isReading = false;
  const sink = writer.sinkOf('1');
  for (let sent = 0; sent < 50; sent += 1) {
    void sink.deliver(payload(`${sent} ${'x'.repeat(400)}`));
    await settled();
  }
  expect([stream.listenerCount('drain'), stream.listenerCount('close')]).toEqual([1, 1]);
  stream.readOn();
  writer.flush(); // a writer that was slow just now rests
  await settled();
  expect(received(stream).map((text) => Number.parseInt(text, 10))).toEqual([...Array(50).keys()]);
});

test('a reader with too many unsent bytes is disconnected once, and the others receive everything', async () => {
  const batcher = new WriteBatcher();
  const slow = aWriter({ maxUnsentBytes: 3_000, batcher });
  const quick = aWriter({ maxUnsentBytes: 3_000, batcher });
  slow.stream.isReading = false;
  for (let sent = 0; sent < 30; sent += 1) {
    const one = payload(`${sent} ${'x'.repeat(300)}`);
    for (const { writer } of [slow, quick]) void writer.sinkOf('1').deliver(one);
    await settled();
  }
  expect([slow.state.givenUp, quick.state.givenUp]).toEqual([1, 0]);
  expect(received(quick.stream)).toHaveLength(30);
  slow.stream.destroy();
});

test('one burst above the limit of unsent bytes closes no socket; a client that has not read it when the next one comes is disconnected', async () => {
  const batcher = new WriteBatcher();
  const [slow, good] = [
    aWriter({ maxUnsentBytes: 3_000, batcher }),
    aWriter({ maxUnsentBytes: 3_000, batcher }),
  ];
  for (const { stream } of [slow, good]) stream.isReading = false;
  const sinks = [slow.writer.sinkOf('1'), good.writer.sinkOf('1')];
  for (let sent = 0; sent < 30; sent += 1) {
    for (const sink of sinks) void sink.deliver(payload(`${sent} ${'x'.repeat(300)}`));
  }
  const flush = () => [slow, good].map(({ writer }) => writer.flush());
  flush();
  expect([slow.state.givenUp, good.state.givenUp]).toEqual([0, 0]);
  good.stream.readOn();
  for (const sink of sinks) void sink.deliver(payload('next'));
  flush();
  expect([slow.state.givenUp, good.state.givenUp]).toEqual([1, 0]);
  expect(received(good.stream)).toHaveLength(31);
  slow.stream.destroy();
});

test('what waits after a large answer counts without it: live subscriptions wait for room, and a client for which too much else waits is disconnected', async () => {
  const answers = { bytes: 0 };
  const { stream, state, writer } = aWriter({ maxUnsentBytes: 3_000, answers });
  stream.isReading = false;
  const sink = writer.sinkOf('1');
  const endsBefore = sink.endsSlowReaders;
  answers.bytes = 50_000;
  stream.write(Buffer.alloc(answers.bytes));
  void sink.deliver(payload('x'.repeat(5_000)));
  writer.flush();
  expect([endsBefore, sink.endsSlowReaders, state.givenUp]).toEqual([true, false, 0]);
  void sink.deliver(payload('next'));
  writer.flush();
  expect(state.givenUp).toBe(1);
  stream.destroy();
});

test('the unsent bytes of one client are not overwritten by the frames of the next one', async () => {
  const batcher = new WriteBatcher();
  const [slow, quick] = [aWriter({ batcher }), aWriter({ batcher })];
  slow.stream.isReading = false;
  for (const text of ['a', 'b']) {
    const one = payload(text);
    slow.writer.sinkOf('slow1').deliver(one);
    quick.writer.sinkOf('quick').deliver(one);
    await settled();
  }
  slow.stream.readOn();
  await settled();
  const idsOf = ({ writes }: Wire) => textsIn(Buffer.concat(writes)).map((text) => JSON.parse(text).id);
  expect([idsOf(slow.stream), idsOf(quick.stream)]).toEqual([
    ['slow1', 'slow1'],
    ['quick', 'quick'],
  ]);
});

test('16: however many subscriptions wait after an answer, they stay within the limit together, and each is served once the client has read', async () => {
  const answers = { bytes: 50_000 };
  const { stream, state, writer } = aWriter({ maxUnsentBytes: 3_000, answers });
  stream.isReading = false;
  stream.write(Buffer.alloc(answers.bytes));
  const { signal } = new AbortController();
  const text = (number: number) => `${number} ${'x'.repeat(1_000)}`;
  const all = Array.from({ length: 100 }, (_one, number) =>
    deliverInRoom(writer.sinkOf(`${number}`), signal, async () => payload(text(number))),
  );
  await settled();
  const mostBytes = stream.writableLength - answers.bytes;
  expect([mostBytes > 0, mostBytes <= 3_000, state.givenUp]).toEqual([true, true, 0]);
  stream.writes.length = 0;
  answers.bytes = 0;
  stream.readOn();
  await Promise.all(all);
  await settled();
  expect(received(stream).toSorted()).toEqual(all.map((_one, number) => text(number)).toSorted());
  expect(state.givenUp).toBe(0);
});
