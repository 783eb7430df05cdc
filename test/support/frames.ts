/** One message of a WebSocket as it came over the wire; of a close frame, its code. */
export type Frame = { readonly text: string } | { readonly closeCode: number };

const TEXT = 0x1;
const CLOSE = 0x8;

/** Reads the frames that a server sends, by the letter of RFC 6455, section 5.2. */
export class FrameReader {
  #bytes = Buffer.alloc(0);

  /** Takes bytes and gives the frames that are complete. Pings are skipped. */
  take(bytes: Buffer): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const part = bodyOf(this.#bytes);
      if (!part || this.#bytes.length < part.end) return frames;
      const [first = 0] = this.#bytes;
      if ((first & 0x80) === 0) throw new Error('A fragment was sent.');
      const body = this.#bytes.subarray(part.start, part.end);
      if ((first & 0xf) === TEXT) frames.push({ text: textOf(body) });
      if ((first & 0xf) === CLOSE) frames.push({ closeCode: body.readUInt16BE(0) });
      this.#bytes = this.#bytes.subarray(part.end);
    }
  }
}

/** The texts in the bytes that a server sent. */
export function textsIn(bytes: Buffer): string[] {
  return new FrameReader().take(bytes).flatMap((frame) => ('text' in frame ? [frame.text] : []));
}

/** A short text as a client sends it; a mask of zeros leaves the bytes as they are. */
export function clientFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.from([0x80 | TEXT, 0x80 | 126, body.length >> 8, body.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([header, body]);
}

function bodyOf(bytes: Buffer): { start: number; end: number } | null {
  const length = bytes[1];
  if (length === undefined) return null;
  if (length < 126) return { start: 2, end: 2 + length };
  const start = length === 126 ? 4 : 10;
  if (length > 127) throw new Error('A server must not mask.');
  if (bytes.length < start) return null;
  const long = length === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (long < (length === 126 ? 126 : 2 ** 16))
    throw new Error('The length is not written as shortly as it can be.');
  return { start, end: start + long };
}

function textOf(body: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(body);
}
