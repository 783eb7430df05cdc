import { createHmac, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../requests/errors.ts';
import type { Position } from './feed.ts';

const VERSION = 1;
const UUID_BYTES = 16;
const SEQ_AT = 1 + 2 * UUID_BYTES;
const BODY_BYTES = SEQ_AT + 8;
const MAC_BYTES = 16;

/**
 * Turns positions into the opaque strings that clients keep, and back. Layout before base64url:
 *
 *     version (1) | feed (16) | epoch (16) | seq (8, big endian) | HMAC-SHA256, first 16 bytes
 *
 * The signature makes guessing a cursor worthless: a client can send back only what it received.
 */
export class CursorCodec {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Signs a position. */
  encode({ feed, epoch, seq }: Position): string {
    const body = Buffer.alloc(BODY_BYTES);
    body.writeUInt8(VERSION, 0);
    uuidBytes(feed).copy(body, 1);
    uuidBytes(epoch).copy(body, 1 + UUID_BYTES);
    body.writeBigUInt64BE(BigInt(seq), SEQ_AT);
    return Buffer.concat([body, this.#mac(body)]).toString('base64url');
  }

  /** Reads a cursor; throws CURSOR_INVALID for anything that this installation did not sign. */
  decode(text: string): Position {
    const bytes = Buffer.from(text, 'base64url');
    const body = bytes.subarray(0, BODY_BYTES);
    const isOurs =
      bytes.length === BODY_BYTES + MAC_BYTES &&
      bytes.toString('base64url') === text &&
      timingSafeEqual(bytes.subarray(BODY_BYTES), this.#mac(body)) &&
      body[0] === VERSION;
    if (!isOurs) throw cursorInvalid();
    return {
      feed: uuidText(body.subarray(1, 1 + UUID_BYTES)),
      epoch: uuidText(body.subarray(1 + UUID_BYTES, SEQ_AT)),
      seq: Number(body.readBigUInt64BE(SEQ_AT)),
    };
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest().subarray(0, MAC_BYTES);
  }
}

/** Refuses a cursor that is forged, malformed or of another feed, without saying which. */
export function cursorInvalid(): RequestError {
  return new RequestError(
    'CURSOR_INVALID',
    'This cursor is invalid here: it is malformed or belongs to another feed or list.',
  );
}

/** The error for a cursor after which changes can no longer be replayed. */
export function cursorExpired(): RequestError {
  return new RequestError(
    'CURSOR_EXPIRED',
    'The changes after this cursor can no longer be replayed: query again and subscribe after the new feedCursor.',
  );
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
