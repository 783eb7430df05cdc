import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';
import type { Position } from './feed.ts';

/** Cursors of this version are signed and readable; those of the next one are encrypted. */
const SIGNED = 1;
const ENCRYPTED = 2;
const UUID_BYTES = 16;
const BODY_BYTES = 2 * UUID_BYTES + 8;
const MAC_BYTES = 16;
const AUDIENCE_BYTES = 8;
const CURSOR_BYTES = 1 + MAC_BYTES + BODY_BYTES;
const KEY_BYTES = 32;

/** The fingerprint of no audience: the client has not received all rows that belong to the position. */
export const NO_AUDIENCE = '00'.repeat(AUDIENCE_BYTES);

/** A position, and in streams that begin with a snapshot the audience whose rows the client has. */
export interface Bookmark extends Position {
  /** The fingerprint of the audience; absent in all other streams. */
  readonly audience?: string | undefined;
}

/**
 * Turns positions into the opaque strings that clients keep, and back. Layout before base64url:
 *
 *     version (1) | HMAC-SHA256 of the body, first 16 bytes | body, encrypted (40 or 48)
 *     body: feed (16) | epoch (16) | seq (8, big endian) | audience (8), in streams that begin with a snapshot
 *
 * The HMAC is also the counter block of AES-256-CTR, a synthetic initialization vector as in RFC 5297. So a client can
 * send back only what it received and cannot read how many changes a feed has, and equal positions have equal cursors,
 * which lets subscriptions share payloads.
 */
export class CursorCodec {
  readonly #signedKey: Buffer;
  readonly #macKey: Buffer;
  readonly #encryptionKey: Buffer;

  constructor(key: Buffer) {
    this.#signedKey = key;
    this.#macKey = derived(key, 'mac');
    this.#encryptionKey = derived(key, 'encryption');
  }

  /** Encrypts a position. */
  encode(bookmark: Bookmark): string {
    const body = bodyOf(bookmark);
    const mac = macOf(this.#macKey, body);
    const cipher = createCipheriv('aes-256-ctr', this.#encryptionKey, mac);
    return Buffer.concat([Buffer.of(ENCRYPTED), mac, cipher.update(body)]).toString('base64url');
  }

  /** Reads a cursor; throws CURSOR_INVALID for anything that this installation did not make. */
  decode(text: string): Bookmark {
    const bytes = Buffer.from(text, 'base64url');
    const body = isWhole(bytes) && bytes.toString('base64url') === text ? this.#open(bytes) : null;
    if (!body) throw cursorInvalid();
    const audience = body.subarray(BODY_BYTES).toString('hex');
    return {
      feed: uuidText(body.subarray(0, UUID_BYTES)),
      epoch: uuidText(body.subarray(UUID_BYTES, 2 * UUID_BYTES)),
      seq: Number(body.readBigUInt64BE(2 * UUID_BYTES)),
      ...(audience && { audience }),
    };
  }

  #open(bytes: Buffer): Buffer | null {
    if (bytes[0] === SIGNED) return this.#openSigned(bytes);
    if (bytes[0] !== ENCRYPTED) return null;
    const mac = bytes.subarray(1, 1 + MAC_BYTES);
    const decipher = createDecipheriv('aes-256-ctr', this.#encryptionKey, mac);
    const body = decipher.update(bytes.subarray(1 + MAC_BYTES));
    return timingSafeEqual(mac, macOf(this.#macKey, body)) ? body : null;
  }

  /** Opens a cursor from before cursors were encrypted. Its epoch is over, so it is answered as one of another history. */
  #openSigned(bytes: Buffer): Buffer | null {
    const [signed, mac] = [bytes.subarray(0, -MAC_BYTES), bytes.subarray(-MAC_BYTES)];
    return timingSafeEqual(mac, macOf(this.#signedKey, signed)) ? signed.subarray(1) : null;
  }
}

function isWhole({ length }: Buffer): boolean {
  return length === CURSOR_BYTES || length === CURSOR_BYTES + AUDIENCE_BYTES;
}

function bodyOf({ feed, epoch, seq, audience = '' }: Bookmark): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  return Buffer.concat([uuidBytes(feed), uuidBytes(epoch), number, Buffer.from(audience, 'hex')]);
}

function macOf(key: Buffer, bytes: Buffer): Buffer {
  return createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_BYTES);
}

function derived(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `cursor ${purpose}`, KEY_BYTES));
}

const INVALID = sentences('CURSOR_INVALID', {
  CURSOR_OF_ANOTHER: 'This cursor is invalid here: it is malformed or belongs to another feed or list.',
});
const EXPIRED = sentences('CURSOR_EXPIRED', {
  CHANGES_GONE:
    'The changes after this cursor can no longer be replayed: query again and subscribe after the new feedCursor.',
});

/** Refuses a cursor that is forged, malformed or of another feed, without saying which. */
export function cursorInvalid(): RequestError {
  return new RequestError(INVALID.CURSOR_OF_ANOTHER());
}

/** The error for a cursor after which changes can no longer be replayed. */
export function cursorExpired(): RequestError {
  return new RequestError(EXPIRED.CHANGES_GONE());
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
