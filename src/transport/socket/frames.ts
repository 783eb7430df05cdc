import type { Payload } from '../../live/streams/payload.ts';

const TEXT_FRAME = 0x81; // the last fragment, of text (RFC 6455, section 5.2)
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** What one write to a socket holds: payloads, each with the id of its operation as JSON text, quotes included. */
export interface Batch {
  readonly payloads: readonly Payload[];
  readonly ids: readonly Buffer[];
}

/**
 * Builds the frames of `next` messages. The protocol puts the id of the operation in front of the payload, so that no
 * two clients get the same bytes. But crowds get the same payloads one after the other, and ids of clients of one make
 * are equally long: then the bytes of the last client serve for the next one, with other ids patched in. What is left
 * of the cost of a delivery is the kernel's.
 */
export class NextFrames {
  #bytes = Buffer.alloc(0);
  #payloads: readonly Payload[] = [];
  #idLengths: readonly number[] = [];
  #idsAt: readonly number[] = [];

  /** The frames of a batch, one behind the other: good until the next ones are made, unless they are given away. */
  of({ payloads, ids }: Batch): Buffer {
    if (!this.#isLike(payloads, ids)) this.#make(payloads, ids);
    for (let index = 0; index < ids.length; index += 1) {
      (ids[index] as Buffer).copy(this.#bytes, this.#idsAt[index]);
    }
    return this.#bytes;
  }

  /** Leaves the last frames to somebody who still reads them: they are not written over. */
  giveAway(): void {
    this.#payloads = [];
  }

  #isLike(payloads: readonly Payload[], ids: readonly Buffer[]): boolean {
    if (payloads.length !== this.#payloads.length) return false;
    for (let index = 0; index < payloads.length; index += 1) {
      const hasSameLength = ids[index]?.length === this.#idLengths[index];
      if (payloads[index] !== this.#payloads[index] || !hasSameLength) return false;
    }
    return true;
  }

  #make(payloads: readonly Payload[], ids: readonly Buffer[]): void {
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

/** A server's frames are not masked. */
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
