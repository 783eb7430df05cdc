import { expect, test } from '@jest/globals';
import { NextFrames } from '../../src/transport/frames.ts';
import { textsIn } from '../support/frames.ts';

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

test.each(LENGTHS)('a frame around a payload of %i characters is read as the message it is', (length) => {
  const frames = new NextFrames();
  const payload = payloadOf(length);
  const ids = IDS.map((id) => JSON.stringify(id));
  const bytes = Buffer.concat(ids.map((id) => frames.frame(payload, Buffer.from(id))));
  expect(textsIn(bytes)).toEqual(ids.map((id) => `{"id":${id},"type":"next","payload":${payload.bytes}}`));
});

test('frames of one payload do not share their ids', () => {
  const frames = new NextFrames();
  const payload = payloadOf(20);
  const first = frames.frame(payload, Buffer.from('"a"'));
  const second = frames.frame(payload, Buffer.from('"b"'));
  expect(textsIn(Buffer.concat([first, second, first]))).toMatchObject([
    expect.stringContaining('"id":"a"'),
    expect.stringContaining('"id":"b"'),
    expect.stringContaining('"id":"a"'),
  ]);
});
