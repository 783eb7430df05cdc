const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const FINAL = 0x80;
const RESERVED = 0x70;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

/** A message is the part of the buffer from `start` to `end`, valid until the call returns. */
export interface FrameHandlers {
  onText(buffer: Buffer, start: number, end: number): void;
  onPing(payload: Buffer): void;
  onClose(code: number, reason: string): void;
}

/**
 * Cuts what a WebSocket server sends into messages (RFC 6455, section 5.2). By hand, because the clients take their
 * time from the servers on a small machine: no object per frame, no copy but of a frame that came in two parts.
 * Messages in fragments and compressed ones are refused; no server here sends any.
 */
export class FrameReader {
  readonly #handlers: FrameHandlers;
  #rest: Buffer | null = null;

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers;
  }

  /** Takes the next bytes of the connection. */
  take(bytes: Buffer): void {
    const buffer = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    this.#rest = null;
    let at = 0;
    while (at < buffer.length) {
      const start = payloadStart(buffer, at);
      const end = start + payloadLength(buffer, at);
      if (!(end <= buffer.length)) break;
      this.#dispatch(buffer[at] ?? 0, buffer, start, end);
      at = end;
    }
    if (at < buffer.length) this.#rest = Buffer.from(buffer.subarray(at));
  }

  #dispatch(head: number, buffer: Buffer, start: number, end: number): void {
    if (head === (FINAL | TEXT)) this.#handlers.onText(buffer, start, end);
    else if (head === (FINAL | PING)) this.#handlers.onPing(Buffer.from(buffer.subarray(start, end)));
    else if (head === (FINAL | CLOSE)) {
      const code = end - start >= 2 ? buffer.readUInt16BE(start) : 1005;
      this.#handlers.onClose(code, buffer.toString('utf8', Math.min(start + 2, end), end));
    } else if (!(head & FINAL) || head & RESERVED) {
      throw new Error(`A frame that is compressed or a fragment: 0x${head.toString(16)}.`);
    }
  }
}

function payloadStart(buffer: Buffer, at: number): number {
  const short = buffer[at + 1];
  if (short === LENGTH_IN_16_BITS) return at + 4;
  return short === LENGTH_IN_64_BITS ? at + 10 : at + 2;
}

/** NaN as long as the head of the frame is incomplete. */
function payloadLength(buffer: Buffer, at: number): number {
  if (payloadStart(buffer, at) > buffer.length) return Number.NaN;
  const short = buffer[at + 1] ?? Number.NaN;
  if (short === LENGTH_IN_16_BITS) return buffer.readUInt16BE(at + 2);
  return short === LENGTH_IN_64_BITS ? Number(buffer.readBigUInt64BE(at + 2)) : short;
}
