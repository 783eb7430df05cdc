import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';
import type { NumberedToken, RefreshTokenIssuer } from '../../core/rights/authentication.ts';

const ID_BYTES = 16;
const NUMBER_BYTES = 4;
const CONTENT_BYTES = ID_BYTES + NUMBER_BYTES;
const MAC_BYTES = 32;

/**
 * Makes refresh tokens out of a session, a number and a signature. None is stored, so the tables do not grow with them,
 * a copy of the database cannot renew a session, and a token is recognised however old it is.
 */
export class RefreshTokens implements RefreshTokenIssuer {
  readonly #key: Uint8Array;

  /** `key` is used for nothing else: a token must not pass for one of another kind. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  issue({ sessionId, number }: NumberedToken): string {
    const content = Buffer.alloc(CONTENT_BYTES);
    content.set(parse(sessionId));
    content.writeUInt32BE(number, ID_BYTES);
    return Buffer.concat([content, this.#sign(content)]).toString('base64url');
  }

  read(token: string): NumberedToken | null {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== CONTENT_BYTES + MAC_BYTES) return null;
    const content = bytes.subarray(0, CONTENT_BYTES);
    if (!timingSafeEqual(bytes.subarray(CONTENT_BYTES), this.#sign(content))) return null;
    return { sessionId: stringify(content.subarray(0, ID_BYTES)), number: content.readUInt32BE(ID_BYTES) };
  }

  #sign(content: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(content).digest();
  }
}
