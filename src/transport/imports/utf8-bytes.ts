import { isUtf8 } from 'node:buffer';
import { FILE, FILE_LIMIT, fileRefused, fileTooLarge } from './file-refusals.ts';

const MARK = Buffer.from('\ufeff');
const LINE_FEED = 10;

/**
 * Passes on the bytes of a file in UTF-8, without a byte order mark and at most `max`, as they arrive. Every piece ends
 * between two characters. Throws UserErrors for more bytes, and for the first line with bytes that are not UTF-8 or with
 * NUL, which UTF-16 is full of and no text can hold.
 */
export async function* utf8Bytes(chunks: AsyncIterable<Buffer>, max: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  let line = 1;
  let isStart = true;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > max) throw fileTooLarge(FILE_LIMIT.FILE_TOO_LARGE({ max }));
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (isStart && rest.length < MARK.length) continue;
    const end = endOfCharacters(rest);
    yield* checked(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  yield* checked(rest);

  function* checked(bytes: Buffer): Generator<Buffer> {
    const hasMark = isStart && bytes.subarray(0, MARK.length).equals(MARK);
    isStart = false;
    const piece = hasMark ? bytes.subarray(MARK.length) : bytes;
    if (!isText(piece)) throw fileRefused(FILE.FILE_NOT_UTF8({ line: line + linesBeforeFault(piece) }));
    line += lineFeedsIn(piece);
    if (piece.length > 0) yield piece;
  }
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** The number of lines before the first one that is no text. */
function linesBeforeFault(bytes: Buffer): number {
  let start = 0;
  for (let count = 0; ; count += 1) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1 || !isText(bytes.subarray(start, end))) return count;
    start = end + 1;
  }
}

function lineFeedsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

/** The end of the last character that is there whole: the last three bytes can be the beginning of one. */
function endOfCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    const isContinued = (byte & 0xc0) === 0x80;
    if (isContinued) continue;
    return lengthOfCharacter(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
