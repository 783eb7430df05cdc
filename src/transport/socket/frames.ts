import type { Payload } from '../../live/streams/payload.ts';

const TEXT_FRAME = 0x81; // the last fragment, of text (RFC 6455, section 5.2)
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The content of one write to a socket: payloads, each with the id of its operation as JSON text with quotes. */
export interface Batch {
  readonly payloads: readonly Payload[];
  readonly ids: readonly Buffer[];
}

/**
 * Builds the frames of `next` messages. The protocol puts the id of the operation before the payload, so no two clients
 * receive the same bytes. But a group receives the same payloads one client after the other, and the ids of one client
 * library are equally long. Then the bytes of the last client serve the next one, with other ids patched in, and the
 * kernel's work is all that is left of the cost of a delivery.
 */
export class NextFrames {
  #bytes = Buffer.alloc(0);
  #payloads: readonly Payload[] = [];
  #idLengths: readonly number[] = [];
  #idsAt: readonly number[] = [];

  /**
   * Returns the frames of a batch, one after the other. They are valid until the next call, unless they are given away.
   */
  of({ payloads, ids }: Batch): Buffer {
    if (!this.#fits(payloads, ids)) this.#build(payloads, ids);
    for (let index = 0; index < ids.length; index += 1) {
      (ids[index] as Buffer).copy(this.#bytes, this.#idsAt[index]);
    }
    return this.#bytes;
  }

  /** Gives the memory of the last frames away to a stream that still reads it: it is not written over. */
  giveAway(): void {
    this.#payloads = [];
  }

  #fits(payloads: readonly Payload[], ids: readonly Buffer[]): boolean {
    if (payloads.length !== this.#payloads.length) return false;
    for (let index = 0; index < payloads.length; index += 1) {
      const hasSameLength = ids[index]?.length === this.#idLengths[index];
      if (payloads[index] !== this.#payloads[index] || !hasSameLength) return false;
    }
    return true;
  }

  #build(payloads: readonly Payload[], ids: readonly Buffer[]): void {
    const parts: Buffer[] = [];
    const idsAt: number[] = [];
    let length = 0;
    for (const [index, { bytes }] of payloads.entries()) {
      const message = [BEFORE_ID, ids[index] as Buffer, BEFORE_PAYLOAD, bytes, END];
      const header = frameHeader(lengthOf(message));
      idsAt.push(length + header.length + BEFORE_ID.length);
      parts.push(header, ...message);
      length += header.length + lengthOf(message);
    }
    this.#bytes = Buffer.concat(parts, length);
    this.#payloads = [...payloads];
    this.#idLengths = ids.map((id) => id.length);
    this.#idsAt = idsAt;
  }
}

const BEFORE_ID = Buffer.from('{"id":');
const BEFORE_PAYLOAD = Buffer.from(',"type":"next","payload":');
const END = Buffer.from('}');

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Builds the header of a frame. A server's frames are not masked. */
function frameHeader(length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([TEXT_FRAME, length]);
  if (length < 2 ** 16) {
    const header = Buffer.from([TEXT_FRAME, LENGTH_16, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header.writeUInt8(TEXT_FRAME, 0);
  header.writeUInt8(LENGTH_64, 1);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
