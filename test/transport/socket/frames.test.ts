import { expect, test } from '@jest/globals';
import type { Payload } from '../../../src/live/streams/payload.ts';
import { type Batch, NextFrames } from '../../../src/transport/socket/frames.ts';
import { textsIn } from '../../support/frames.ts';

const IDS = ['1', 'a "quoted" id', 'back\\slash', '🦜🦜', '\u0000\n', 'lone \ud800', 'x'.repeat(300)];
const AROUND = '{"id":"1","type":"next","payload":}'.length;

function payloadOf(length: number) {
  return { bytes: Buffer.from(JSON.stringify('é'.repeat(length)).slice(0, length)), cursor: '' };
}

// Around the lengths at which RFC 6455 writes the length of a frame in another way.
const LENGTHS = [10, 125, 126, 65_535, 65_536, 200_000].flatMap((length) => [
  length,
  Math.max(length - AROUND - 1, 1),
  Math.max(length - AROUND, 1),
  Math.max(length - AROUND + 1, 1),
]);

test.each(LENGTHS)(
  'a frame around a payload of %i characters is parsed as the message that it holds',
  (length) => {
    const frames = new NextFrames();
    const payload = payloadOf(length);
    const ids = IDS.map((id) => JSON.stringify(id));
    const bytes = Buffer.concat(
      ids.map((id) => Buffer.from(frames.of({ payloads: [payload], ids: [Buffer.from(id)] }))),
    );
    expect(textsIn(bytes)).toEqual(ids.map((id) => `{"id":${id},"type":"next","payload":${payload.bytes}}`));
  },
);

function batchOf(...parts: [payload: Payload, id: string][]): Batch {
  return {
    payloads: parts.map(([payload]) => payload),
    ids: parts.map(([, id]) => Buffer.from(JSON.stringify(id))),
  };
}

function messages(bytes: Buffer): [id: string, payload: unknown][] {
  return textsIn(bytes)
    .map((text) => JSON.parse(text))
    .map(({ id, payload }) => [id, payload]);
}

test('any sequence of batches gives the right frames: other ids, lengths, orders and numbers', () => {
  const frames = new NextFrames();
  const [a, b] = ['a', 'b'].map((text) => ({ bytes: Buffer.from(JSON.stringify(text)), cursor: '' })) as [
    Payload,
    Payload,
  ];
  const batches = [
    [[a, '1']],
    [[a, '2']],
    [[a, '10']],
    [
      [a, '1'],
      [b, '1'],
    ],
    [
      [a, '2'],
      [b, '3'],
    ],
    [
      [b, '2'],
      [a, '3'],
    ],
    [
      [b, '22'],
      [a, '3'],
    ],
    [
      [b, '2'],
      [a, '33'],
    ],
    [[b, '2']],
  ] as [Payload, string][][];
  const made = batches.map((batch) => messages(frames.of(batchOf(...batch))));
  expect(made).toEqual(batches.map((batch) => batch.map(([payload, id]) => [id, payload === a ? 'a' : 'b'])));
});

test('frames that were given away stay as they are', () => {
  const frames = new NextFrames();
  const payload = { bytes: Buffer.from('"a"'), cursor: '' };
  const first = frames.of(batchOf([payload, '1']));
  frames.giveAway();
  const second = frames.of(batchOf([payload, '2']));
  expect([first, second].map((bytes) => messages(bytes).map(([id]) => id))).toEqual([['1'], ['2']]);
});
