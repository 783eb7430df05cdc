import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader } from '../../bench/fan-out/frame-reader.ts';

/** Every run draws the same cuts, so that it fails for the author of a fault. */
const SEED = 20_261_120;
/** The lengths at which the head of a frame changes its form. */
const EDGES = [0, 1, 125, 126, 127, 65_535, 65_536];

test('messages are read whole and in order, in however many pieces they come', () => {
  const lengths = fc.array(fc.constantFrom(...EDGES), { minLength: 1, maxLength: 6 });
  const cuts = fc.array(fc.nat(200_000), { maxLength: 12 });
  fc.assert(
    fc.property(lengths, cuts, (sizes, places) => {
      const messages = sizes.map((size, index) => String.fromCharCode(97 + index).repeat(size));
      expect(readInPieces(Buffer.concat(messages.map(textFrame)), places)).toEqual(messages);
    }),
    { seed: SEED },
  );
});

test('a frame that is compressed or a fragment is refused', () => {
  expect(() => readInPieces(Buffer.from([0xc1, 1, 97]), [])).toThrow('compressed');
  expect(() => readInPieces(Buffer.from([0x01, 1, 97]), [])).toThrow('fragment');
});

function readInPieces(bytes: Buffer, cuts: readonly number[]): string[] {
  const messages: string[] = [];
  const reader = new FrameReader({
    onText: (buffer, start, end) => messages.push(buffer.toString('utf8', start, end)),
    onPing: () => {},
    onClose: () => {},
  });
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    reader.take(bytes.subarray(start, end));
    start = end;
  }
  return messages;
}

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head[1] === 126) head.writeUInt16BE(length, 2);
  if (head[1] === 127) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
