import { createHmac, timingSafeEqual } from 'node:crypto';

/** A text from a node of this installation, with its signature. */
export interface SignedMessage {
  readonly body: string;
  readonly mac: string;
}

/** Signs messages between nodes, so that an intruder who can write to Redis cannot forge one. */
export class MessageSigner {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  sign(body: string): SignedMessage {
    return { body, mac: this.#mac(body).toString('base64url') };
  }

  /** The body of a message; null if it was not signed by a node of this installation. */
  verify(message: Partial<SignedMessage> | null): string | null {
    if (typeof message?.body !== 'string' || typeof message.mac !== 'string') return null;
    const [given, ours] = [Buffer.from(message.mac, 'base64url'), this.#mac(message.body)];
    return given.length === ours.length && timingSafeEqual(given, ours) ? message.body : null;
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
