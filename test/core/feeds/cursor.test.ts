import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CursorCodec } from '../../../src/core/feeds/cursor.ts';
import { RequestError } from '../../../src/core/requests/errors.ts';

/** Every run draws the same values, so that a failure is reproducible. */
const SEED = 20_261_120;
const codec = new CursorCodec(randomBytes(32));
const position = fc.record({ feed: fc.uuid(), epoch: fc.uuid(), seq: fc.maxSafeNat() });

/** The error with which a codec refuses a text; null if it reads it. */
function refusal(text: string, by = codec): string | null {
  try {
    by.decode(text);
    return null;
  } catch (error) {
    if (error instanceof RequestError) return error.code;
    throw error;
  }
}

function withFlippedBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return flipped;
}

function everyBitOf(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => bit);
}

test('a cursor decodes to the position that it encodes', () => {
  fc.assert(
    fc.property(position, (made) => {
      expect(codec.decode(codec.encode(made))).toEqual(made);
    }),
    { seed: SEED },
  );
});

test('a cursor with any single bit flipped is refused, in its bytes and in its text', () => {
  fc.assert(
    fc.property(position, (made) => {
      const cursor = codec.encode(made);
      const [bytes, text] = [Buffer.from(cursor, 'base64url'), Buffer.from(cursor)];
      const forged = [
        ...everyBitOf(bytes).map((bit) => withFlippedBit(bytes, bit).toString('base64url')),
        ...everyBitOf(text).map((bit) => withFlippedBit(text, bit).toString('latin1')),
      ];
      expect(forged.filter((one) => refusal(one) !== 'CURSOR_INVALID')).toEqual([]);
    }),
    { seed: SEED, numRuns: 20 },
  );
});

test('a cursor that is truncated or extended is refused', () => {
  fc.assert(
    fc.property(position, fc.string({ minLength: 1 }), fc.nat(75), (made, tail, length) => {
      const cursor = codec.encode(made);
      expect(refusal(cursor.slice(0, length))).toBe('CURSOR_INVALID');
      expect(refusal(cursor + tail)).toBe('CURSOR_INVALID');
    }),
    { seed: SEED },
  );
});

test('any other text is refused, with the same kind of error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => refusal(text) === 'CURSOR_INVALID'),
    { seed: SEED },
  );
});

test('a cursor of another installation, which has another key, is refused', () => {
  const other = new CursorCodec(randomBytes(32));
  fc.assert(
    fc.property(position, (made) => refusal(codec.encode(made), other) === 'CURSOR_INVALID'),
    { seed: SEED },
  );
});

test('27: a cursor reads as nothing: no part of the feed, the epoch or the number is in it, and the next number shares no bytes', () => {
  fc.assert(
    fc.property(position, ({ feed, epoch, seq }) => {
      const made = { feed, epoch, seq: Math.min(seq, Number.MAX_SAFE_INTEGER - 1) };
      const [here, next] = [made.seq, made.seq + 1].map((at) =>
        Buffer.from(codec.encode({ ...made, seq: at }), 'base64url'),
      );
      const same = here?.subarray(1).filter((byte, index) => byte === next?.[index + 1]).length;
      expect(here?.includes(Buffer.from(feed.replaceAll('-', ''), 'hex'))).toBe(false);
      expect(same).toBeLessThan(12); // of 56, by chance
    }),
    { seed: SEED },
  );
});

test('4: a cursor from before cursors were encrypted still names its position, in an epoch that is over', () => {
  const key = Buffer.alloc(32, 'k');
  const signed = 'AQEjRWeJq03vgSNFZ4mrze8CI0VniatN74EjRWeJq83vAAAAAAAAACo';
  const mac = createHmac('sha256', key).update(Buffer.from(signed, 'base64url')).digest().subarray(0, 16);
  const cursor = Buffer.concat([Buffer.from(signed, 'base64url'), mac]).toString('base64url');
  expect(new CursorCodec(key).decode(cursor)).toEqual({
    feed: '01234567-89ab-4def-8123-456789abcdef',
    epoch: '02234567-89ab-4def-8123-456789abcdef',
    seq: 42,
  });
});
