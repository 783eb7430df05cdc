import type { Payload } from '../live/payload.ts';

const TEXT_FRAME = 0x81; // the last fragment, of text (RFC 6455, section 5.2)
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** A whole WebSocket frame for one length of operation ids, with room for the id. */
interface Template {
  readonly frame: Buffer;
  readonly idAt: number;
}

/**
 * Builds whole WebSocket frames of a payload for many operations. The protocol puts the id of the operation in front
 * of the payload, so that no two clients get the same bytes; what differs is patched into a copy, which costs a
 * fraction of what serialising costs. A payload is given to everybody in one go, so only the latest one has templates:
 * clients choose their ids, and with them how many templates there are.
 */
export class NextFrames {
  #payload: Payload | null = null;
  readonly #templates = new Map<number, Template>();

  /** The frame of a `next` message; `id` is the operation's id as JSON text, quotes included. */
  frame(payload: Payload, id: Buffer): Buffer {
    const { frame, idAt } = this.#template(payload, id.length);
    const copy = Buffer.allocUnsafe(frame.length);
    frame.copy(copy);
    id.copy(copy, idAt);
    return copy;
  }

  #template(payload: Payload, idLength: number): Template {
    if (payload !== this.#payload) this.#templates.clear();
    this.#payload = payload;
    const template = this.#templates.get(idLength) ?? makeTemplate(payload, idLength);
    this.#templates.set(idLength, template);
    return template;
  }
}

const BEFORE_ID = Buffer.from('{"id":');
const BEFORE_PAYLOAD = Buffer.from(',"type":"next","payload":');
const END = Buffer.from('}');

function makeTemplate({ bytes }: Payload, idLength: number): Template {
  const message = [BEFORE_ID, Buffer.alloc(idLength), BEFORE_PAYLOAD, bytes, END];
  const header = frameHeader(message.reduce((sum, part) => sum + part.length, 0));
  return { frame: Buffer.concat([header, ...message]), idAt: header.length + BEFORE_ID.length };
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
