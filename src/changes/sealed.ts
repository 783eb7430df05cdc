import { createHmac, timingSafeEqual } from 'node:crypto';

/** A text that a node of this installation has written, and what proves it. */
export interface Sealed {
  readonly body: string;
  readonly mac: string;
}

/** Seals what travels between nodes: whoever can write to Redis must not be able to put words into our mouth. */
export class Sealer {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(body: string): Sealed {
    return { body, mac: this.#mac(body).toString('base64url') };
  }

  /** What was sealed; null if it was not sealed by a node of this installation. */
  open(sealed: Partial<Sealed> | null): string | null {
    if (typeof sealed?.body !== 'string' || typeof sealed.mac !== 'string') return null;
    const [given, ours] = [Buffer.from(sealed.mac, 'base64url'), this.#mac(sealed.body)];
    return given.length === ours.length && timingSafeEqual(given, ours) ? sealed.body : null;
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
